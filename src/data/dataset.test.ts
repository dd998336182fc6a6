import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { getBackend, setBackend } from '../backends/index.ts';
import { add, fromData, setSeed, sum, tensor } from '../ops/index.ts';
import '../ops/methods.ts';
import { keep, type Tensor } from '../tensor/index.ts';
import { Dataset } from './dataset.ts';
import type { HostLeaf } from './leaf.ts';

beforeAll(() => setBackend('cpu'));

/** Elements as plain numbers. */
const plain = (element: unknown): unknown => {
  if (typeof (element as Tensor).toArray === 'function') return (element as Tensor).toArray();
  if (Array.isArray(element)) return element.map(plain);
  return Object.fromEntries(
    Object.entries(element as object).map(([key, value]) => [key, plain(value)]),
  );
};
const list = (data: Dataset<never> | Dataset<unknown> | Iterable<unknown>) =>
  Array.from(data as Iterable<unknown>, plain);
async function listAsync(data: AsyncIterable<unknown>): Promise<unknown[]> {
  const all = [];
  for await (const element of data) all.push(plain(element));
  return all;
}
const range = (n: number, from = 0) => Array.from({ length: n }, (_, i) => from + i);
const numbers = (n: number) => Dataset.fromTensorSlices(Float32Array.from(range(n)));
/** The same numbers, but one by one from a generator. */
const made = (n: number) =>
  Dataset.fromGenerator<Tensor>(
    function* () {
      yield* range(n);
    },
    { length: n },
  );
const delayed = (n: number) =>
  Dataset.fromGenerator<Tensor>(async function* () {
    for (const i of range(n)) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      yield i;
    }
  });

describe('Dataset.fromTensorSlices', () => {
  test('gives rows of one array, of a tuple, of an object', () => {
    expect(list(numbers(3))).toEqual([0, 1, 2]);
    expect(
      list(
        Dataset.fromTensorSlices([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const pair = Dataset.fromTensorSlices([
      tensor([
        [1, 2],
        [3, 4],
      ]),
      Uint8Array.of(5, 6),
    ]);
    expect(list(pair)).toEqual([
      [[1, 2], 5],
      [[3, 4], 6],
    ]);
    const shaped = { data: Int32Array.of(1, 2, 3, 4), shape: [2, 2] };
    expect(list(Dataset.fromTensorSlices({ x: shaped, y: [0, 1] }))).toEqual([
      { x: [1, 2], y: 0 },
      { x: [3, 4], y: 1 },
    ]);
    for (const [x, y] of pair) {
      expectTypeOf(x).toEqualTypeOf<Tensor>();
      expect([x.dtype, y.dtype]).toEqual(['float32', 'uint8']);
    }
  });

  test('refuses nothing, and arrays of different lengths', () => {
    expect(() => Dataset.fromTensorSlices(new Float32Array(0))).toThrow('no rows (shape [0])');
    expect(() => Dataset.fromTensorSlices({})).toThrow('there is no array');
    const uneven = { x: new Float32Array(3), y: new Uint8Array(2) };
    expect(() => Dataset.fromTensorSlices(uneven)).toThrow(
      'fromTensorSlices: y has 2 rows but fromTensorSlices: x has 3',
    );
    expect(() => Dataset.fromTensorSlices({ x: 'no' as never })).toThrow('fromTensorSlices: x: ');
    expect(() => Dataset.fromTensorSlices(new Uint16Array(2))).toThrow(
      'pass { data, shape, dtype }',
    );
  });
});

describe('Dataset.fromGenerator', () => {
  test('takes generators, arrays and iterators, anew for each pass', () => {
    const rows = Dataset.fromGenerator(function* () {
      yield [[1, 2], 3];
      yield [Float32Array.of(4, 5), 6];
    });
    expect(list(rows)).toEqual([
      [[1, 2], 3],
      [[4, 5], 6],
    ]);
    expect(list(rows)).toHaveLength(2);
    expect(
      list(
        Dataset.fromGenerator(() => [
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(list(Dataset.fromGenerator(() => [{ x: 1 }].values()))).toEqual([{ x: 1 }]);
    expect(rows.cardinality).toBeNull();
    expect(made(3).cardinality).toBe(3);
  });

  test('asynchronous ones need await', async () => {
    expect(await listAsync(delayed(3).batch(2))).toEqual([[0, 1], [2]]);
    expect(() => list(delayed(3))).toThrow('use for await');
  });

  test('is closed when the loop is left', () => {
    let closed = 0;
    const data = Dataset.fromGenerator(function* () {
      try {
        for (;;) yield 1;
      } finally {
        closed++;
      }
    });
    for (const _ of data) break;
    for (const _ of data.take(2)) void 0;
    expect(closed).toBe(2);
  });

  test('says what cannot be an element', () => {
    const bad = Dataset.fromGenerator(() => [1, 'two' as never]);
    expect(() => list(bad)).toThrow('fromGenerator: element 1: ');
    expect(() => list(Dataset.fromGenerator(() => 5 as never))).toThrow('something to loop over');
    expect(() => Dataset.fromGenerator([1] as never)).toThrow('expected a function');
  });
});

describe.each([
  ['rows of arrays', numbers],
  ['generated elements', made],
])('%s', (_, source) => {
  test('batch joins elements and can drop the rest', () => {
    expect(list(source(5).batch(2))).toEqual([[0, 1], [2, 3], [4]]);
    expect(list(source(5).batch(2, { dropRemainder: true }))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(list(source(4).batch(2).batch(2))).toEqual([
      [
        [0, 1],
        [2, 3],
      ],
    ]);
    expect(() => source(3).batch(4, { dropRemainder: true })).toThrow(
      'no batch of 4 can be made of 3 elements',
    );
    expect(() => source(3).batch(0)).toThrow('batch: size must be a whole number >= 1');
    expect(() => source(3).batch(1.5)).toThrow('received 1.5');
  });

  test('take, skip, repeat, concatenate, zip', () => {
    const data = source(4);
    expect(list(data.take(2))).toEqual([0, 1]);
    expect(list(data.take(9))).toEqual([0, 1, 2, 3]);
    expect(list(data.take(0))).toEqual([]);
    expect(list(data.skip(3))).toEqual([3]);
    expect(list(data.skip(9))).toEqual([]);
    expect(list(data.skip(1).take(2).skip(1))).toEqual([2]);
    expect(list(data.take(2).repeat(3))).toEqual([0, 1, 0, 1, 0, 1]);
    expect(list(data.repeat().take(6))).toEqual([0, 1, 2, 3, 0, 1]);
    expect(list(data.take(0).repeat())).toEqual([]);
    expect(list(data.take(1).concatenate(data.skip(3)))).toEqual([0, 3]);
    expect(list(Dataset.zip([data, data.skip(2)]))).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect(list(Dataset.zip({ a: data.take(1), b: data }))).toEqual([{ a: 0, b: 0 }]);
  });

  test('cardinality is known without looking', () => {
    const data = source(7);
    expect(data.cardinality).toBe(7);
    expect(data.batch(2).cardinality).toBe(4);
    expect(data.batch(2, { dropRemainder: true }).cardinality).toBe(3);
    expect(data.take(3).skip(1).repeat(5).cardinality).toBe(10);
    expect(data.repeat().cardinality).toBe(Number.POSITIVE_INFINITY);
    expect(data.repeat().length).toBeUndefined();
    expect(data.concatenate(data).length).toBe(14);
    expect(Dataset.zip([data, data.repeat()]).cardinality).toBe(7);
    expect(data.filter(() => true).cardinality).toBeNull();
    expect(
      data
        .shuffle(3)
        .map((x) => x)
        .prefetch(2)
        .cache().cardinality,
    ).toBe(7);
  });

  test('shuffle gives every element once, in an order of each pass', () => {
    const data = source(50).shuffle(50, { seed: 3 });
    const [first, second] = [list(data), list(data)];
    expect(first).not.toEqual(range(50));
    expect(first).not.toEqual(second);
    expect([...(first as number[])].sort((a, b) => a - b)).toEqual(range(50));
    expect(list(source(50).shuffle(50, { seed: 3 }))).toEqual(first);
    expect(list(source(50).shuffle(50, { seed: 4 }))).not.toEqual(first);
    expect(list(data.pass(0))).toEqual(first);
    expect(list(data.pass(1))).toEqual(second);
    const fixed = source(50).shuffle(50, { seed: 3, reshuffleEachIteration: false });
    expect(list(fixed)).toEqual(list(fixed));
    const repeated = list(source(50).shuffle(50, { seed: 3 }).repeat(2));
    expect(repeated.slice(0, 50)).toEqual(first);
    expect(repeated.slice(50)).toEqual(second);
  });

  test('shuffle with a small buffer moves elements forward by less than the buffer', () => {
    const order = list(source(100).shuffle(10, { seed: 1 })) as number[];
    expect([...order].sort((a, b) => a - b)).toEqual(range(100));
    expect(order).not.toEqual(range(100));
    order.forEach((value, at) => {
      expect(value - at).toBeLessThan(10);
    });
    expect(list(source(5).shuffle(1, { seed: 1 }))).toEqual(range(5));
  });

  test('shuffle without a seed follows the program’s', () => {
    const order = () => list(source(20).shuffle(20));
    setSeed(5);
    const [first, second] = [order(), order()];
    expect(first).not.toEqual(second);
    setSeed(5);
    expect(order()).toEqual(first);
    setSeed(0);
  });

  test('map and filter see tensors', async () => {
    const even = source(6).filter((x) => x.item() % 2 === 0);
    expect(list(even)).toEqual([0, 2, 4]);
    expect(list(source(3).map((x) => ({ x, double: add(x, x) })))).toEqual([
      { x: 0, double: 0 },
      { x: 1, double: 2 },
      { x: 2, double: 4 },
    ]);
    expect(
      list(
        source(4)
          .map((x) => add(x, 1))
          .batch(2),
      ),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(
      list(
        source(4)
          .batch(2)
          .map((x) => [sum(x), 7]),
      ),
    ).toEqual([
      [1, 7],
      [5, 7],
    ]);
    const waiting = source(3)
      .map(async (x) => add(x, 1))
      .filter(async (x) => x.item() > 1);
    expect(await listAsync(waiting)).toEqual([2, 3]);
    expect(() => list(waiting)).toThrow('use for await');
    expect(list(source(3).filter((x) => sum(x)))).toEqual([1, 2]);
  });

  test('cache keeps a whole pass', () => {
    let calls = 0;
    const data = source(3)
      .map((x) => {
        calls++;
        return add(x, 1);
      })
      .cache();
    for (const _ of data) break;
    expect(calls).toBe(1);
    expect(list(data)).toEqual([1, 2, 3]);
    expect(list(data)).toEqual([1, 2, 3]);
    expect(calls).toBe(4);
  });

  test('prefetch changes nothing but the time', async () => {
    const data = source(7)
      .map(async (x) => add(x, 1))
      .prefetch(3);
    expect(await listAsync(data)).toEqual(range(7, 1));
    expect(list(source(3).prefetch(2))).toEqual([0, 1, 2]);
  });

  test('preprocess works on numbers', () => {
    const data = source(3).preprocess({ rescale: 0.5, offset: 1 });
    expect(list(data)).toEqual([1, 1.5, 2]);
    expect(list(source(3).preprocess({ oneHot: 3 }).batch(3))).toEqual([
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    ]);
    expect(list(source(2).preprocess({ shape: [1, 1] }))).toEqual([[[0]], [[1]]]);
    expect(() => list(source(3).preprocess({ oneHot: 2 }))).toThrow('holds 2; expected class');
  });

  test('hostElements gives a pass from any place on', async () => {
    const data = source(10).shuffle(10, { seed: 2 }).batch(4);
    const all = [];
    for await (const element of data.hostElements(5)) {
      const { shape, dtype, write } = element as HostLeaf;
      const out = new Float32Array(shape[0]);
      write(out);
      all.push([...out]);
      expect(dtype).toBe('float32');
    }
    expect(all).toEqual(list(data.pass(5)));
    const rest = [];
    for await (const element of data.hostElements(5, 2)) rest.push((element as HostLeaf).shape);
    expect(rest).toEqual([[2]]);
  });
});

describe('Dataset.preprocess', () => {
  const images = { data: Uint8Array.from(range(8)), shape: [2, 2, 2] };

  test('follows the form of the elements', () => {
    const pair = Dataset.fromTensorSlices([images, Uint8Array.of(1, 0)]);
    const made = list(
      pair.preprocess([{ shape: [2, 2, 1], rescale: 2 }, { oneHot: 2 }]).take(1),
    ) as unknown[][];
    expect(made[0][0]).toEqual([
      [[0], [2]],
      [[4], [6]],
    ]);
    expect(made[0][1]).toEqual([0, 1]);
    const named = Dataset.fromTensorSlices({ x: images, y: [1, 0] });
    const [first] = list(named.preprocess({ y: { oneHot: 2 } })) as { x: unknown; y: unknown }[];
    expect(first).toEqual({
      x: [
        [0, 1],
        [2, 3],
      ],
      y: [0, 1],
    });
    expect(list(pair.preprocess([null, { offset: 5 }]).batch(2))).toHaveLength(1);
  });

  test('says what does not fit', () => {
    const pair = Dataset.fromTensorSlices([images, Uint8Array.of(1, 0)]);
    expect(() => pair.preprocess({ rescale: 1 })).toThrow('elements have the form [·, ·]');
    const one = Dataset.fromTensorSlices(images);
    expect(() => one.preprocess({ resale: 1 } as never)).toThrow("there is no 'resale'");
    expect(() => one.preprocess([{ rescale: 1 }])).toThrow('elements have the form ·');
    const named = Dataset.fromTensorSlices({ x: images });
    expect(() => named.preprocess({ z: { rescale: 1 } })).toThrow('{x: ·}');
    expect(() => pair.preprocess([null, { oneHot: 1 }])).toThrow('[1]: row 0 of shape [] holds 1');
  });
});

describe('batches', () => {
  test('of different shapes, types or forms are refused', () => {
    const of = (...items: unknown[]) => Dataset.fromGenerator(() => items as never[]).batch(2);
    expect(() => list(of([1, 2], [1, 2, 3]))).toThrow('element 1 has shape [3] but element 0 [2]');
    expect(() => list(of(Uint8Array.of(1), Int32Array.of(1)))).toThrow('element 1 is int32');
    expect(() => list(of({ x: 1 }, { y: 1 }))).toThrow('different forms, {x: ·} and {y: ·}');
  });

  test('are plain copies of the rows, whatever the type', () => {
    const x = fromData(Float32Array.from(range(6)), [3, 2]);
    const [batch] = Dataset.fromTensorSlices(x).batch(3);
    expect(batch.storage).not.toBe(x.storage);
  });
});

describe('memory', () => {
  test('of an element is freed when the next is asked for', () => {
    const data = numbers(50_000)
      .batch(10_000)
      .map((x) => add(x, 1));
    const before = getBackend().memory().used;
    const seen: Tensor[] = [];
    const used: number[] = [];
    for (const x of data) {
      seen.push(x);
      add(x, 1);
      add(x, 2);
      used.push(getBackend().memory().used - before);
    }
    expect(new Set(used).size).toBe(1);
    expect(getBackend().memory().used).toBe(before);
    expect(seen.map((x) => x.storage.released)).toEqual(new Array(5).fill(true));
    expect(() => seen[0].dataSync()).toThrow(/keep/);
  });

  test('stays for what is kept, and small results stay readable', () => {
    const kept: Tensor[] = [];
    const sums: Tensor[] = [];
    for (const x of numbers(4000).batch(2000)) {
      kept.push(keep(x));
      sums.push(sum(x));
    }
    expect(kept[0].dataSync()[1999]).toBe(1999);
    expect(sums.map((x) => x.item())).toEqual([1999000, 5999000]);
  });

  test('is freed when the loop is left, and after filter, zip, cache and prefetch', async () => {
    const big = () =>
      numbers(4000)
        .batch(1000)
        .map((x) => ({ x, y: add(x, 1) }));
    const sets = [
      big(),
      big().filter(({ x }) => sum(x).item() > 1e6),
      Dataset.zip([big(), big()]),
      big().skip(2),
      big().take(3).shuffle(2, { seed: 1 }),
      big().batch(2),
    ];
    const before = getBackend().memory().used;
    for (const set of sets) {
      for (const _ of set as Iterable<unknown>) break;
      for (const _ of set as Iterable<unknown>) void 0;
      for await (const _ of set.prefetch(2) as AsyncIterable<unknown>) void 0;
      expect(getBackend().memory().used).toBe(before);
    }
    for (const _ of big().cache()) void 0;
    expect(getBackend().memory().used).toBe(before);
  });
});
