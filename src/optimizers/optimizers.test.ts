import { describe, expect, test } from 'vitest';
import '../backends/index.ts';
import '../ops/methods.ts';
import { serialize } from '../config/index.ts';
import { embedding, Parameter, tensor } from '../ops/index.ts';
import type { Optimizer } from './index.ts';
import * as optimizers from './index.ts';

const makers = {
  SGD: () => optimizers.sgd(0.1),
  RMSprop: () => optimizers.rmsprop(0.05),
  Adam: () => optimizers.adam(0.1),
  AdamW: () => optimizers.adamW(0.1),
  Adagrad: () => optimizers.adagrad(0.5),
  Adadelta: () => optimizers.adadelta({ learningRate: 1, epsilon: 1e-3 }),
  Adafactor: () => optimizers.adafactor(0.3),
  Adamax: () => optimizers.adamax(0.1),
  Ftrl: () => optimizers.ftrl(0.5),
  Lamb: () => optimizers.lamb(0.05),
  Lion: () => optimizers.lion(0.05),
  LossScaleOptimizer: () => optimizers.lossScaleOptimizer(optimizers.sgd(0.1)),
  Muon: () => optimizers.muon(0.1),
  Nadam: () => optimizers.nadam(0.1),
  ScheduleFreeAdamW: () => optimizers.scheduleFreeAdamW(0.2),
};

const goal = tensor([
  [1, -2, 0.5],
  [-0.3, 0.8, 2],
]);
const bias = tensor([0.5, -1, 1]);

/** Squared distance from the goal after so many steps towards it. */
function distanceAfter(optimizer: Optimizer, steps: number): number {
  const w = new Parameter(
    tensor([
      [0.1, 0.2, -0.1],
      [0.3, -0.2, 0.1],
    ]),
    { name: 'kernel', path: 'dense/kernel' },
  );
  const b = new Parameter(tensor([0.1, 0.1, 0.1]), { name: 'bias', path: 'dense/bias' });
  optimizer.build([w, b]);
  const loss = () => w.sub(goal).square().sum().add(b.sub(bias).square().sum());
  for (let step = 0; step < steps; step++) {
    optimizer.clearGrad();
    optimizer.scaleLoss(loss()).backward();
    optimizer.step();
  }
  return loss().item();
}

describe.each(Object.entries(makers))('%s', (name, make) => {
  test('comes near the lowest point', () => {
    const before = distanceAfter(make(), 0);
    expect(distanceAfter(make(), 60)).toBeLessThan(before / 4);
  });

  test('is built again from its file', () => {
    const optimizer = make();
    const file = serialize(optimizer);
    expect(file.class_name).toBe(name);
    const again = optimizers.getOptimizer(JSON.parse(JSON.stringify(file)));
    expect(serialize(again)).toEqual(file);
    expect(distanceAfter(again, 5)).toBe(distanceAfter(optimizer, 5));
  });

  test('goes on from its state', () => {
    const start = [0.5, -0.25];
    const run = (optimizer: Optimizer, w: Parameter, from: number, to: number) => {
      for (let step = from; step < to; step++) optimizer.apply([tensor([step, 1 - step])], [w]);
    };
    const [whole, first, second] = [make(), make(), make()];
    const [a, b] = [new Parameter(start), new Parameter(start)];
    run(whole, a, 0, 6);
    run(first, b, 0, 3);
    const c = new Parameter(b.dataSync().slice() as never);
    second.build([c]);
    second.setWeights(first.variables.map((v) => tensor(v.toArray() as never, { dtype: v.dtype })));
    run(second, c, 3, 6);
    expect(c.toArray()).toEqual(a.toArray());
  });
});

describe('LossScaleOptimizer', () => {
  test('takes a step with an overflow back and halves the scale', () => {
    const inner = optimizers.adam(0.1);
    const optimizer = optimizers.lossScaleOptimizer(inner, { initialScale: 8 });
    const w = new Parameter([1, 2]);
    optimizer.apply([tensor([8, 8])], [w]);
    const [weights, state] = [w.toArray(), optimizer.variables.slice(4).map((v) => v.toArray())];
    optimizer.apply([tensor([Infinity, 1])], [w]);
    expect(w.toArray()).toEqual(weights);
    expect(optimizer.dynamicScale).toBe(4);
    expect(optimizer.iterations).toBe(1);
    expect(optimizer.variables.slice(4).map((v) => v.toArray())).toEqual(state);
  });

  test('doubles the scale after enough steps', () => {
    const optimizer = optimizers.lossScaleOptimizer('sgd', {
      initialScale: 2,
      dynamicGrowthSteps: 2,
    });
    const w = new Parameter([1]);
    for (let step = 0; step < 5; step++) optimizer.apply([tensor([1])], [w]);
    expect(optimizer.dynamicScale).toBe(8);
  });

  test('leaves other options to the inner optimizer', () => {
    expect(() => optimizers.lossScaleOptimizer('sgd', { clipnorm: 1 })).toThrow(
      'LossScaleOptimizer: give clipnorm to the inner optimizer',
    );
  });
});

test('Muon takes Adam for excluded weights', () => {
  const slots = (options: object) => {
    const optimizer = optimizers.muon(options);
    optimizer.build([new Parameter(goal, { name: 'kernel', path: 'output/kernel' })]);
    return optimizer.variables.map(({ name }) => name).slice(2);
  };
  expect(slots({})).toEqual(['output_kernel_momentum']);
  expect(slots({ excludeLayers: ['^out'] })).toHaveLength(2);
  expect(() => optimizers.muon({ excludeLayers: ['('] })).toThrow(
    "Muon: excludeLayers[0] must be a regular expression, received '('",
  );
});

test('ScheduleFreeAdamW swaps between both kinds of weights', () => {
  const optimizer = optimizers.scheduleFreeAdamW(0.1);
  const w = new Parameter([1, -1]);
  for (let step = 0; step < 4; step++) optimizer.apply([tensor([1, -0.5])], [w]);
  const training = w.toArray() as number[];
  optimizer.swapToEval();
  expect(w.toArray()).not.toEqual(training);
  optimizer.swapToTrain();
  (w.toArray() as number[]).forEach((x, i) => {
    expect(x).toBeCloseTo(training[i], 5);
  });
});

describe('rows that were looked up several times', () => {
  const velocityAfter = (options: object, twice = false) => {
    const optimizer = optimizers.rmsprop({ rho: 0, ...options });
    const table = new Parameter(tensor([[1], [2], [3]]));
    optimizer.build([table]);
    const weights = tensor([[1], [2], [4]]);
    const rows = embedding(tensor([0, 2, 2], { dtype: 'int32' }), table).mul(weights);
    (twice ? rows.sum().add(table.sum()) : rows.sum()).backward();
    optimizer.step();
    return (optimizer.variables.at(-1) as Parameter).toArray();
  };

  test('count by the squares of their occurrences, as in Keras', () => {
    expect(velocityAfter({})).toEqual([[1], [0], [20]]);
    expect(velocityAfter({ lossScaleFactor: 2 })).toEqual([[0.25], [0], [5]]);
    expect(velocityAfter({ clipvalue: 1 })).toEqual([[1], [0], [2]]);
    const [[first], , [last]] = velocityAfter({ clipnorm: 1 }) as number[][];
    expect(first + last).toBeCloseTo(1, 5);
  });

  test('count by their gradient where it comes from elsewhere, too', () => {
    expect(velocityAfter({}, true)).toEqual([[4], [1], [49]]);
  });
});

test('averages of a weight without gradients end at 0, not in subnormal numbers', () => {
  const w = new Parameter(tensor([1, 1]), { name: 'kernel', path: 'dense/kernel' });
  const optimizer = optimizers.adam(0.001);
  optimizer.apply([tensor([0.5, 0.5])], [w]);
  for (let step = 0; step < 900; step++) optimizer.apply([tensor([0, 0.5])]);
  const [momentum] = optimizer.variables.filter(({ path }) => path.includes('momentum'));
  expect(momentum.dataSync()[0]).toBe(0);
  expect(momentum.dataSync()[1]).toBeCloseTo(0.5);
});
