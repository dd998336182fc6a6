import { ArraySource } from '../data/array-source.ts';
import type { Dataset, HostElement } from '../data/dataset.ts';
import type { HostLeaf, SparseRows } from '../data/leaf.ts';
import { type DType, ShapeError, sizeOf, type TypedArray, ValueError } from '../tensor/index.ts';
import {
  type Batch,
  type BatchArray,
  type BatchRows,
  type BatchSource,
  feedType,
  labelType,
  stepsOfEpoch,
} from './batches.ts';
import { fitRows, inputRule, labelRules, type ValueRule } from './check-data.ts';
import { type ClassWeight, combineWeights } from './class-weights.ts';
import type { Compiled } from './compiled.ts';
import type { Model } from './model.ts';
import { inOrder, isNamed } from './named.ts';

/** One array of an element, or several in a list or an object by name. */
type Leaves = HostLeaf | readonly HostLeaf[] | Readonly<Record<string, HostLeaf>>;

/**
 * Batches of a data set, whose arrays are written straight into the memory of the step. A training that goes on in the middle of
 * an epoch gets the batches that it would have had.
 */
export class DatasetBatches implements BatchSource {
  readonly steps: number | null;
  readonly #model: Model;
  readonly #where: string;
  readonly #data: Dataset<unknown>;
  /** What the labels are for; null where there are none. */
  readonly #compiled: Compiled | null;
  readonly #classWeight: ClassWeight | null;
  /** Steps of an epoch, if the caller says how many. */
  readonly #limit: number | null;
  /** A pass in progress, and the number of its next batch. */
  #open: { readonly elements: AsyncGenerator<HostElement>; next: number } | null = null;

  constructor(
    model: Model,
    where: string,
    data: Dataset<unknown>,
    steps: number | null,
    compiled: Compiled | null,
    classWeight: ClassWeight | null,
  ) {
    if (data.cardinality === Number.POSITIVE_INFINITY && steps === null) {
      throw new ValueError(
        `${where}: the data set is endless; say how many steps make an epoch (stepsPerEpoch, steps)`,
      );
    }
    if (data.cardinality === 0) {
      throw new ValueError(`${where}: the data set is empty; there is nothing to work on`);
    }
    this.#model = model;
    this.#where = where;
    this.#data = data;
    this.#compiled = compiled;
    this.#classWeight = classWeight;
    this.#limit = steps;
    this.steps = steps ?? data.length ?? null;
  }

  async *batches(epoch: number, start: number): AsyncGenerator<Batch> {
    const limit = this.#limit;
    const { length } = this.#data;
    if (limit === null) {
      yield* this.#take(this.#data.hostElements(epoch, start), Number.POSITIVE_INFINITY);
    } else if (length !== undefined) {
      const { pass, first, count } = stepsOfEpoch(epoch, limit, length);
      yield* this.#take(this.#data.hostElements(pass, first + start), count - start);
    } else {
      yield* this.#goOn(epoch * limit + start, limit - start);
    }
  }

  async *#take(elements: AsyncIterable<HostElement>, count: number): AsyncGenerator<Batch> {
    let left = count;
    if (left <= 0) return;
    for await (const element of elements) {
      yield this.#batchOf(element);
      if (--left === 0) return;
    }
  }

  /** Batches of data of no known end, from a position on: in the pass that is open, if it stands there. */
  async *#goOn(position: number, count: number): AsyncGenerator<Batch> {
    if (this.#open?.next !== position) {
      this.#open = { elements: this.#data.hostElements(0, position), next: position };
    }
    const open = this.#open;
    for (let step = 0; step < count; step++) {
      const { done, value } = await open.elements.next();
      if (done) {
        // The next epoch begins anew.
        this.#open = { elements: this.#data.hostElements(0, 0), next: position + count };
        return;
      }
      open.next++;
      yield this.#batchOf(value);
    }
  }

  #batchOf(element: HostElement): Batch {
    const model = this.#model;
    const [x, y, weights] = this.#parts(element);
    const size = x[0].shape[0];
    for (const { shape } of [...x, ...y, ...weights]) {
      if (shape[0] === size) continue;
      throw new ShapeError(
        `${this.#where}: arrays of a batch must have the same number of rows, received ${size} and ` +
          `${shape[0] ?? 'none'}; is the data set batched?`,
      );
    }
    const inputs = x.map((leaf, i) => this.#input(leaf, i));
    const labels = y.map(({ shape }, i) => ({
      name: `${this.#where}: y${y.length > 1 ? `[${i}]` : ''}`,
      shape,
    }));
    const batch = {
      size,
      x: inputs,
      y: y.map((leaf) => fed(leaf, labelType(leaf.dtype), finite(`${this.#where}: y`))),
      weights: this.#weights(y, weights),
    };
    const compiled = this.#compiled;
    if (!compiled) return batch;
    compiled.prepare(batch);
    const rules = labelRules(model, compiled, labels, compiled.outputShapes(batch));
    const checked = batch.y.map((array, i) => {
      const rule = rules[i];
      return rule ? withRule(array, labels[i].name, rule) : array;
    });
    return { ...batch, y: checked };
  }

  #input(leaf: HostLeaf, i: number): BatchArray | BatchRows {
    const name = `${this.#where}: x${this.#model.inputs.length > 1 ? `['${this.#model.inputNames[i]}']` : ''}`;
    const input = this.#model.inputs[i];
    if (leaf.sparse) {
      if (input) fitRows({ name, shape: leaf.shape }, input, this.#model.inputNames[i]);
      const { capacity, weighted, write } = leaf.sparse;
      const check = finite(name);
      const sparse: SparseRows = {
        ...{ capacity, weighted },
        write(target) {
          write(target);
          check(target.values);
        },
      };
      return { shape: leaf.shape, dtype: 'float32', sparse };
    }
    const array = fed(leaf, feedType(leaf.dtype, input?.dtype), finite(name));
    if (!input) return array;
    const rows = fitRows({ name, shape: leaf.shape }, input, this.#model.inputNames[i]);
    const rule = inputRule(this.#model, input);
    const shaped = { ...array, shape: [leaf.shape[0], ...rows] };
    return rule ? withRule(shaped, name, rule) : shaped;
  }

  #weights(y: readonly HostLeaf[], given: readonly HostLeaf[]): BatchArray[] {
    const where = this.#where;
    if (!this.#classWeight) {
      return given.map((leaf) => fed(leaf, 'float32', finite(`${where}: sampleWeight`)));
    }
    const [labels, weights] = [y, given].map((leaves) =>
      leaves.map((leaf) => hostSource(where, leaf)),
    );
    return combineWeights(where, labels, weights, this.#classWeight).map((source) => ({
      shape: source.shape,
      dtype: 'float32',
      write: (target) => source.copyRows(null, 0, source.rows, target, 'float32'),
    }));
  }

  /** Inputs, labels and weights of an element: a tuple of them, an object `{ x, y, sampleWeight }`, or inputs alone. */
  #parts(element: HostElement): [HostLeaf[], HostLeaf[], HostLeaf[]] {
    const { inputNames, outputNames } = this.#model;
    const named = isNamed(element as Readonly<Record<string, HostElement>>);
    const parts = Array.isArray(element)
      ? (element as readonly Leaves[])
      : named && !isLeaf(element) && 'x' in element && !inputNames.includes('x')
        ? [
            element.x as Leaves,
            element.y as Leaves | undefined,
            element.sampleWeight as Leaves | undefined,
          ]
        : [element as Leaves];
    const [x, y, weights] = parts;
    const outputs = this.#compiled ? outputNames : [];
    return [
      list(`${this.#where}: x`, x, inputNames),
      this.#compiled && y ? list(`${this.#where}: y`, y, outputs) : [],
      this.#compiled && weights ? list(`${this.#where}: sampleWeight`, weights, outputs) : [],
    ];
  }
}

const isLeaf = (value: unknown): value is HostLeaf =>
  typeof (value as Partial<HostLeaf>).write === 'function';

function list(where: string, leaves: Leaves | undefined, names: readonly string[]): HostLeaf[] {
  if (leaves === undefined) throw new ValueError(`${where}: a batch has none`);
  if (isLeaf(leaves)) return [leaves];
  if (Array.isArray(leaves)) return [...leaves];
  const record = leaves as Readonly<Record<string, HostLeaf>>;
  return names.length
    ? inOrder(
        where,
        record,
        names.filter((name) => name in record),
      )
    : Object.values(record);
}

/** A leaf's elements as rows. */
function hostSource(name: string, leaf: HostLeaf): ArraySource {
  const data = new Float64Array(sizeOf(leaf.shape));
  leaf.write(data, 'float64');
  return ArraySource.fromArray(name, { dtype: 'float64', shape: leaf.shape, data });
}

/** An array that is written in another type, and checked once it is. */
function fed(leaf: HostLeaf, dtype: DType, check: (target: TypedArray) => void): BatchArray {
  return {
    shape: leaf.shape,
    dtype,
    write(target) {
      leaf.write(target, dtype);
      if (dtype === 'float32' || dtype === 'float64') check(target);
    },
  };
}

const finite =
  (name: string) =>
  (target: TypedArray): void => {
    // 0 * x is 0 for finite x alone.
    let sum = 0;
    for (let i = 0; i < target.length; i++) sum += target[i] * 0;
    if (sum === 0) return;
    const at = target.findIndex((value: number) => !Number.isFinite(value));
    throw new ValueError(
      `${name}: a batch holds ${target[at]}; leave out or replace what is missing`,
    );
  };

function withRule(array: BatchArray, name: string, { accept, expected }: ValueRule): BatchArray {
  return {
    ...array,
    write(target) {
      array.write(target);
      const wrong = target.find((value: number) => !accept(value));
      if (wrong !== undefined)
        throw new ValueError(`${name}: a batch holds ${wrong}; expected ${expected}`);
    },
  };
}
