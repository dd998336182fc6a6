import type { HostArray } from '../../data/index.ts';
import { ArraySource } from '../../data/index.ts';
import { rowsLeaf, toTensor } from '../../data/leaf.ts';
import { type Tensor as CoreTensor, ShapeError, ValueError } from '../../tensor/index.ts';
import { Tensor, wrap } from '../tensor.ts';
import { checkPlace, Dataset } from './dataset.ts';

/** What a `TensorDataset` has samples of: tensors, or arrays that stay on the host until a batch is made. */
export type Rows = Tensor | CoreTensor | HostArray;

/**
 * Samples that are the rows of tensors of one length. Batches are copied row by row into one tensor each.
 * @example new paddle.io.TensorDataset([images, labels]);
 */
export class TensorDataset extends Dataset<Tensor[]> {
  readonly #sources: readonly ArraySource[];

  constructor(tensors: readonly Rows[]) {
    super();
    if (!Array.isArray(tensors) || tensors.length === 0) {
      throw new ValueError('TensorDataset: expected a list of tensors: [images, labels]');
    }
    this.#sources = tensors.map((rows, i) => sourceOf(`TensorDataset: tensor ${i}`, rows));
    const [first] = this.#sources;
    for (const { name, rows } of this.#sources) {
      if (rows === first.rows) continue;
      throw new ShapeError(`${name} has ${rows} rows, but tensor 0 has ${first.rows}`);
    }
  }

  getItem(index: number): Tensor[] | Promise<Tensor[]> {
    const place = checkPlace('TensorDataset', index, this.length);
    return this.#whenReady(() =>
      this.#sources.map((source) => wrap(toTensor(rowsLeaf(source, null, place, null)))),
    );
  }

  getBatch(indices: readonly number[]): Tensor[] | Promise<Tensor[]> {
    const order = Int32Array.from(indices, (i) => checkPlace('TensorDataset', i, this.length));
    return this.#whenReady(() =>
      this.#sources.map((source) => wrap(toTensor(rowsLeaf(source, order, 0, order.length)))),
    );
  }

  get length(): number {
    return this.#sources[0].rows;
  }

  /** Waits where elements are still on their way from a device. */
  #whenReady<T>(make: () => T): T | Promise<T> {
    const waits = this.#sources.flatMap(({ ready }) => (ready ? [ready] : []));
    return waits.length === 0 ? make() : Promise.all(waits).then(make);
  }
}

function sourceOf(name: string, rows: Rows): ArraySource {
  if (rows instanceof Tensor) return ArraySource.fromTensor(name, rows.tensor);
  return 'storage' in rows
    ? ArraySource.fromTensor(name, rows as CoreTensor)
    : ArraySource.fromArray(name, rows);
}
