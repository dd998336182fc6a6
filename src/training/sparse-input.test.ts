import { beforeEach, describe, expect, test, vi } from 'vitest';
import { setBackend } from '../backends/index.ts';
import { getBackend } from '../backends/registry.ts';
import { Dataset, multiHot } from '../data/index.ts';
import * as layers from '../layers/index.ts';
import { fromData, SparseMatrix, setSeed } from '../ops/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import { Model, Sequential } from './index.ts';

const [rows, width] = [70, 40];
/** Lists of words; the label says whether there is more of the first half. */
const lists = Array.from({ length: rows }, (_, i) =>
  Array.from({ length: 1 + ((i * 7) % 12) }, (_, j) => (i * i + j * (5 + (i % 3))) % width),
);
const labels = Float32Array.from(lists, (list) => {
  const set = [...new Set(list)];
  return Number(set.filter((word) => word < width / 2).length * 2 > set.length);
});

function makeModel(): Sequential {
  setSeed(3);
  const model = new Sequential([
    layers.input({ shape: [width] }),
    layers.dense(6, 'relu'),
    layers.dense(1, 'sigmoid'),
  ]);
  model.compile({ optimizer: 'rmsprop', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
  return model;
}

describe.each(['cpu', 'wasm'])('a sparse matrix as x, %s', (backend) => {
  beforeEach(() => setBackend(backend));
  const sparse = (): SparseMatrix => multiHot(lists, width);

  test('trains as the dense one does', async () => {
    const options = { batchSize: 16, epochs: 3, verbose: 0, validationSplit: 0.2 } as const;
    const [a, b] = [makeModel(), makeModel()];
    setSeed(5);
    const mine = await a.fit(sparse(), labels, options);
    setSeed(5);
    const theirs = await b.fit(sparse().toDense(), labels, options);
    for (const [name, values] of Object.entries(theirs.history)) {
      (values as number[]).forEach((value, i) => {
        expect((mine.history[name] as number[])[i]).toBeCloseTo(value, 4);
      });
    }
    const [x, y] = [a.getWeights()[0].dataSync(), b.getWeights()[0].dataSync()];
    x.forEach((value, i) => {
      expect(value).toBeCloseTo(y[i], 4);
    });
    const [loss, accuracy] = await a.evaluate(sparse(), labels, { verbose: 0 });
    const [loss2, accuracy2] = await a.evaluate(sparse().toDense(), labels, { verbose: 0 });
    expect(loss).toBeCloseTo(loss2, 5);
    expect(accuracy).toBe(accuracy2);
    expect((await a.predict(sparse(), { verbose: 0 })).dataSync()).toEqual(
      (await a.predictOnBatch(sparse())).dataSync(),
    );
  });

  test('stays sparse in the batches of a data set', async () => {
    const data = Dataset.fromTensorSlices([sparse(), labels]);
    const dense = Dataset.fromTensorSlices([sparse().toDense(), labels]);
    const steps: ((set: Dataset) => Dataset)[] = [
      (set) => set.shuffle(rows, { seed: 2 }).batch(16),
      (set) => set.shuffle(9, { seed: 2 }).batch(16).cache(), // rows wait one by one
      (set) => set.take(50).batch(16, { dropRemainder: true }),
    ];
    for (const step of steps) {
      const [a, b] = [step(data as Dataset), step(dense as Dataset)];
      const [seen, wanted] = [[], []] as unknown[][];
      for (const [x] of a as Iterable<[SparseMatrix]>) {
        expect(x).toBeInstanceOf(SparseMatrix);
        seen.push(x.toDense().toArray());
      }
      for (const [x] of b as Iterable<[Tensor]>) wanted.push(x.toArray());
      expect(seen).toEqual(wanted);
    }
    const [a, b] = [makeModel(), makeModel()];
    const mine = await a.fit(data.shuffle(rows, { seed: 2 }).batch(16), {
      epochs: 2,
      verbose: 0,
    });
    const theirs = await b.fit(dense.shuffle(rows, { seed: 2 }).batch(16), {
      epochs: 2,
      verbose: 0,
    });
    const losses = [mine, theirs].map(({ history }) => history.loss as number[]);
    losses[1].forEach((loss, i) => {
      expect(losses[0][i]).toBeCloseTo(loss, 4);
    });
  });

  test('a sample of a data set is a matrix of one row, and map may make sparse matrices', () => {
    const samples = Dataset.fromTensorSlices({ x: sparse(), y: labels });
    const [{ x }] = samples.take(1);
    expect(x.shape).toEqual([1, width]);
    const [batch] = samples.map(({ x, y }) => [x, y] as const).batch(rows);
    expect(batch[0].toDense().toArray()).toEqual(sparse().toDense().toArray());
    expect(batch[1].dataSync()).toEqual(labels);
    expect(() => samples.preprocess({ x: { rescale: 2 } })).toThrow(
      'fromTensorSlices: x: preprocess takes no sparse matrix; pass x.toDense()',
    );
  });

  test('values count, and validation data may be sparse', async () => {
    const weighted = SparseMatrix.fromDense(sparse().toDense().mul(0.5));
    const [a, b] = [makeModel(), makeModel()];
    const validationData = [weighted, labels] as const;
    setSeed(5);
    const mine = await a.fit(weighted, labels, { verbose: 0, validationData });
    setSeed(5);
    const theirs = await b.fit(weighted.toDense(), labels, {
      verbose: 0,
      validationData: [weighted.toDense(), labels],
    });
    expect((mine.history.val_loss as number[])[0]).toBeCloseTo(
      (theirs.history.val_loss as number[])[0],
      5,
    );
    const model = makeModel();
    expect(await model.trainOnBatch(weighted, labels)).toHaveLength(2);
  });

  test('a model of its own class takes one', async () => {
    class Own extends Model {
      hidden = layers.dense(4, 'tanh');
      out = layers.dense(1);
      override call(x: unknown): Tensor {
        return this.out.apply(this.hidden.apply(x as Tensor));
      }
    }
    const model = new Own();
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const { history } = await model.fit(sparse(), labels, { epochs: 2, verbose: 0 });
    expect((history.loss as number[])[1]).toBeLessThan((history.loss as number[])[0]);
  });

  test('batches of a size are steps of one plan', async () => {
    const model = makeModel();
    const plan = vi.spyOn(getBackend(), 'plan');
    await model.fit(sparse(), labels, { batchSize: 10, epochs: 4, verbose: 0 });
    expect(plan).toHaveBeenCalledTimes(1);
    await model.evaluate(sparse(), labels, { batchSize: 10, verbose: 0 });
    expect(plan).toHaveBeenCalledTimes(2);
    plan.mockRestore();
  });

  test('what cannot take one says so', async () => {
    const model = makeModel();
    await expect(model.fit(sparse(), sparse() as never, { verbose: 0 })).rejects.toThrow(
      'fit: y is a sparse matrix; only x may be one',
    );
    await expect(model.fit(multiHot(lists, width + 1), labels)).rejects.toThrow(
      'expects [batch, 40]',
    );
    await expect(model.fit(sparse(), labels.slice(1))).rejects.toThrow('69 rows');
    const other = new Sequential([
      layers.input({ shape: [width] }),
      layers.dropout(0.5),
      layers.dense(1),
    ]);
    other.compile({ loss: 'meanSquaredError' });
    await expect(other.fit(sparse(), labels, { verbose: 0 })).rejects.toThrow(ValueError);
    await expect(other.fit(sparse(), labels, { verbose: 0 })).rejects.toThrow(
      'a Dropout takes no sparse matrix',
    );
    const bad = new SparseMatrix([1, width], {
      values: Float32Array.of(Number.NaN),
      columns: Int32Array.of(0),
      rowStarts: Int32Array.of(0, 1),
    });
    await expect(model.fit(bad, [1])).rejects.toThrow('stored element 0 is NaN');
    expect(() => layers.flatten().apply(sparse() as never)).toThrow(
      'a Flatten takes no sparse matrix',
    );
    expect(layers.dense(2).apply(fromData(new Float32Array(4), [2, 2])).shape).toEqual([2, 2]);
  });
});
