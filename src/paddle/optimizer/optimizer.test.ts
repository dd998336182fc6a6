import paddle from 'gradus/paddle';
import { describe, expect, it } from 'vitest';

const { optimizer, nn, regularizer } = paddle;

const parameter = (values: number[], attr: Partial<paddle.ParamAttr> = {}): paddle.Parameter =>
  paddle.createParameter([values.length], 'float32', {
    attr: new paddle.ParamAttr(attr),
    defaultInitializer: new nn.initializer.Assign(values),
  });

const withGradient = (p: paddle.Parameter, values: number[]): void => {
  p.grad = paddle.toTensor(values, { dtype: 'float32' });
};

const numbers = (p: paddle.Tensor): number[] => [...p.numpy()];

const close = (got: number[], want: number[]): void => {
  want.forEach((value, i) => {
    expect(got[i]).toBeCloseTo(value, 5);
  });
};

describe('an optimizer', () => {
  it('adds the penalty of the parameter, or else its own, to the gradient', () => {
    const own = parameter([1, -1], { regularizer: new regularizer.L1Decay(0.5) });
    const other = parameter([1, -1]);
    const sgd = new optimizer.SGD({
      learningRate: 0.1,
      parameters: [own, other],
      weightDecay: new regularizer.L2Decay(0.2),
    });
    for (const p of [own, other]) withGradient(p, [1, 1]);
    sgd.step();
    close(numbers(own), [1 - 0.15, -1 - 0.05]);
    close(numbers(other), [1 - 0.12, -1 - 0.08]);
  });

  it('scales its rate for single parameters and groups', () => {
    const [a, b] = [parameter([0], { learningRate: 0.5 }), parameter([0])];
    const sgd = new optimizer.SGD({ learningRate: 1, parameters: [a, b] });
    for (const p of [a, b]) withGradient(p, [1]);
    sgd.step();
    expect([numbers(a)[0], numbers(b)[0]]).toEqual([-0.5, -1]);

    const [c, d] = [parameter([0]), parameter([1])];
    const grouped = new optimizer.SGD({
      learningRate: 1,
      parameters: [
        { params: [c], learningRate: 0.25 },
        { params: [d], weightDecay: 1 },
      ],
    });
    for (const p of [c, d]) withGradient(p, [1]);
    grouped.step();
    expect([numbers(c)[0], numbers(d)[0]]).toEqual([-0.25, -1]);
  });

  it('clips before it adds penalties, and leaves out what must not be clipped', () => {
    const clipped = parameter([0, 0]);
    const free = parameter([0], { needClip: false });
    const sgd = new optimizer.SGD({
      learningRate: 1,
      parameters: [clipped, free],
      gradClip: new nn.ClipGradByGlobalNorm(1),
    });
    withGradient(clipped, [3, 4]);
    withGradient(free, [7]);
    sgd.step();
    close(numbers(clipped), [-0.6, -0.8]);
    close(numbers(free), [-7]);
  });

  it('leaves parameters alone that have no gradient or are not trained', () => {
    const [still, frozen] = [parameter([1]), parameter([1], { trainable: false })];
    const adam = new optimizer.Adam({ learningRate: 1, parameters: [still, frozen] });
    frozen.tensor.grad = paddle.ones([1]).tensor;
    adam.step();
    expect([numbers(still)[0], numbers(frozen)[0]]).toEqual([1, 1]);
    expect(Object.keys(adam.stateDict())).toEqual([]);
  });

  it('goes on from its state as if it had not stopped', () => {
    const make = () => {
      const p = parameter([0.5, -0.25], { name: undefined });
      return { p, adam: new optimizer.Adam({ learningRate: 0.1, parameters: [p] }) };
    };
    const run = ({ p, adam }: ReturnType<typeof make>, from: number, to: number): void => {
      for (let t = from; t < to; t++) {
        withGradient(p, [t - 2, 0.5 * t]);
        adam.step();
      }
    };
    const [whole, first, second] = [1, 2, 3].map(() => paddle.utils.uniqueName.guard(make));
    run(whole, 0, 6);
    run(first, 0, 3);
    second.p.setValue(first.p);
    second.adam.setStateDict(first.adam.stateDict());
    run(second, 3, 6);
    expect(numbers(second.p)).toEqual(numbers(whole.p));
    expect(Object.keys(first.adam.stateDict())[0]).toBe('create_parameter_0.w_0_moment1_0');
    expect(() => second.adam.setStateDict({ other: paddle.ones([1]) })).toThrow("_0' is missing");
  });

  it('refuses what it cannot train and rates that are none', () => {
    const p = parameter([1]);
    expect(() => new optimizer.SGD({ learningRate: 0.1 })).toThrow('parameters must be given');
    expect(() => new optimizer.SGD({ learningRate: 'fast' as never, parameters: [p] })).toThrow(
      'learningRate must be a number',
    );
    expect(() => new optimizer.SGD({ parameters: [paddle.ones([1])] })).toThrow(
      'parameters must be Parameters',
    );
    const scheduled = new optimizer.SGD({
      learningRate: new optimizer.lr.StepDecay(1, 1),
      parameters: [p],
    });
    expect(() => scheduled.setLr(1)).toThrow('comes from a schedule');
  });

  it('finds the lowest point of a bowl with LBFGS', () => {
    const p = parameter([4, -3]);
    const lbfgs = new optimizer.LBFGS({ lineSearchFn: 'strong_wolfe', parameters: [p] });
    const target = paddle.toTensor([1, 2], { dtype: 'float32' });
    lbfgs.step(() => {
      lbfgs.clearGrad();
      const loss = paddle.sum(paddle.square(paddle.subtract(p, target)));
      loss.backward();
      return loss;
    });
    close(numbers(p), [1, 2]);
  });
});

describe('schedules', () => {
  const rates = (schedule: paddle.optimizer.lr.LRScheduler, count: number): number[] =>
    Array.from({ length: count }, () => {
      const rate = schedule.call();
      schedule.step();
      return rate;
    });
  const { lr } = optimizer;

  it('change the rate from step to step', () => {
    expect(rates(new lr.StepDecay(1, 2, 0.5), 5)).toEqual([1, 1, 0.5, 0.5, 0.25]);
    expect(rates(new lr.PiecewiseDecay([1, 3], [3, 2, 1]), 5)).toEqual([3, 2, 2, 1, 1]);
    expect(rates(new lr.LinearWarmup(1, 4, 0, 1), 6)).toEqual([0, 0.25, 0.5, 0.75, 1, 1]);
    close(rates(new lr.CosineAnnealingDecay(1, 2), 4), [1, 0.5, 0, 0.5]);
    close(rates(new lr.NoamDecay(4, 2, 2), 3), [0, 2 ** -1.5, 2 ** -0.5]);
  });

  it('go on from their state', () => {
    const make = () => new lr.LinearWarmup(new lr.ExponentialDecay(1, 0.5), 2, 0, 1);
    const [whole, first, second] = [make(), make(), make()];
    const all = rates(whole, 8);
    rates(first, 4);
    second.setStateDict(first.stateDict());
    expect(rates(second, 4)).toEqual(all.slice(4));
    expect(() => second.setStateDict({ last_lr: 1 })).toThrow("'last_epoch' is missing");
  });

  it('lower the rate when nothing gets better', () => {
    const schedule = new lr.ReduceOnPlateau({ learningRate: 1, patience: 1, factor: 0.5 });
    for (const loss of [3, 3, 3]) schedule.step(loss);
    expect(schedule.call()).toBe(0.5);
    expect(() => schedule.step()).toThrow('needs the number');
  });

  it('refuse arguments that make no sense', () => {
    expect(() => new lr.StepDecay(1, 0)).toThrow('stepSize must be a whole number > 0');
    expect(() => new lr.ExponentialDecay(1, 2)).toThrow('gamma must lie between 0 and 1');
    expect(() => new lr.PiecewiseDecay([1], [1])).toThrow('need one rate more');
    expect(() => new lr.MultiStepDecay(-1, [1])).toThrow('learningRate must be a number >= 0');
  });
});
