// Memory stays flat over many steps, however the training is written.

import {
  backendNames,
  fromData,
  getBackend,
  LambdaCallback,
  layers,
  losses,
  optimizers,
  Parameter,
  random,
  Sequential,
  setBackend,
  setSeed,
  type Tensor,
} from 'gradus';
import { Dataset } from 'gradus/data';
import { describe, expect, test } from 'vitest';

const steps = 1000;

/** Memory in use after a warm-up and at the end. */
class Watch {
  #early = 0;
  #step = 0;

  tick(): void {
    this.#step++;
    if (this.#step === 50) this.#early = getBackend().memory().used;
  }

  /** Counts the steps of `fit`; it asks for no logs. */
  get callback(): LambdaCallback {
    return new LambdaCallback({ onTrainBatchBegin: () => this.tick() });
  }

  check(): void {
    expect(this.#step).toBeGreaterThanOrEqual(steps);
    expect(getBackend().memory().used).toBeLessThanOrEqual(this.#early + 1024);
  }
}

const data = () => ({
  x: random.uniform([64, 5], { seed: 1 }),
  y: fromData(
    Int32Array.from({ length: 64 }, (_, i) => i % 3),
    [64],
  ),
});

/** A two-layer network written by hand. */
class ByHand {
  readonly w = new Parameter(random.normal([5, 8], { stddev: 0.1 }));
  readonly b = new Parameter(random.normal([8, 3], { stddev: 0.1 }));
  readonly optimizer = new optimizers.Adam();
  readonly loss = new losses.SparseCategoricalCrossentropy({ fromLogits: true });

  constructor() {
    this.optimizer.build([this.w, this.b]);
  }

  step(x: Tensor, y: Tensor): number {
    const loss = this.loss.apply(y, x.matmul(this.w).relu().matmul(this.b));
    loss.backward();
    this.optimizer.step();
    this.optimizer.clearGrad();
    return loss.item();
  }
}

describe.each(backendNames())('memory is flat over 1,000 steps on %s', (name) => {
  test('of fit', async () => {
    await setBackend(name);
    setSeed(1);
    const model = new Sequential([
      layers.input({ shape: [5] }),
      layers.dense(8, 'relu'),
      layers.batchNormalization(),
      layers.dropout(0.2),
      layers.dense(3, 'softmax'),
    ]);
    model.compile({
      optimizer: 'adam',
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    });
    const { x, y } = data();
    const watch = new Watch();
    // The last batch has another shape than the others, and each epoch is validated.
    await model.fit(x, y, {
      batchSize: 10,
      epochs: 200,
      verbose: 0,
      validationSplit: 0.2,
      callbacks: watch.callback,
    });
    watch.check();
  });

  test('of fit with steps that are run eagerly', async () => {
    await setBackend(name);
    const model = new Sequential([layers.input({ shape: [5] }), layers.dense(3, 'softmax')]);
    model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', runEagerly: true });
    const { x, y } = data();
    const watch = new Watch();
    for (let i = 0; i < steps; i++) {
      await model.trainOnBatch(x, y);
      watch.tick();
    }
    watch.check();
  });

  test('of a loop over a loader', async () => {
    await setBackend(name);
    const { x, y } = data();
    const network = new ByHand();
    const watch = new Watch();
    let last = 0;
    for (const [images, labels] of Dataset.fromTensorSlices([x, y] as const)
      .batch(16)
      .repeat(steps / 4)) {
      last = network.step(images, labels);
      watch.tick();
    }
    watch.check();
    expect(last).toBeLessThan(1.1);
  });

  test('of a loop without loader and without await', async () => {
    await setBackend(name);
    const { x, y } = data();
    const network = new ByHand();
    const watch = new Watch();
    for (let i = 0; i < steps; i++) {
      network.step(x, y);
      watch.tick();
    }
    watch.check();
  });

  test('of two trainings that take turns', async () => {
    await setBackend(name);
    const { x, y } = data();
    const [one, two] = [new ByHand(), new ByHand()];
    const watch = new Watch();
    const seen: number[] = [];
    for (let i = 0; i < steps; i++) {
      const first = one.step(x, y);
      const second = two.step(x, y);
      if (i % 100 === 0) seen.push(first, second);
      watch.tick();
    }
    watch.check();
    expect(seen.every(Number.isFinite)).toBe(true);
  });

  test('of two calls of fit at the same time', async () => {
    await setBackend(name);
    const { x, y } = data();
    const watch = new Watch();
    const train = async (): Promise<number> => {
      const model = new Sequential([layers.input({ shape: [5] }), layers.dense(3, 'softmax')]);
      model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
      const { history } = await model.fit(x, y, {
        batchSize: 16,
        epochs: 130,
        verbose: 0,
        callbacks: watch.callback,
      });
      return history.loss.at(-1) as number;
    };
    const [a, b] = await Promise.all([train(), train()]);
    watch.check();
    for (const loss of [a, b]) expect(loss).toBeLessThan(1.2);
  });
});
