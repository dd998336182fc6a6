import { getBackend } from '../backends/registry.ts';
import { SparseMatrix } from '../ops/index.ts';
import { emptyTensor } from '../ops/result.ts';
import { allocateArray, keep, type Tensor, type TypedArray } from '../tensor/index.ts';
import type { Batch, BatchArray, BatchRows } from './batches.ts';
import { RepeatedStep, type StepResults } from './repeated-step.ts';

/** An input of a step: a tensor, or the rows of a sparse matrix. */
export type StepInput = Tensor | SparseMatrix;

/** Tensors that hold one batch after the other. */
export interface StepInputs {
  /** Samples of the batch. */
  readonly size: number;
  readonly x: readonly StepInput[];
  readonly y: readonly Tensor[];
  readonly weights: readonly Tensor[];
  /** Key of the step's random numbers: int32 [2]. */
  readonly key: Tensor;
}

/** Plans beyond this number are given up, the one that was not used for longest first. */
const MOST_PLANS = 8;

interface Entry {
  readonly inputs: StepInputs;
  readonly step: RepeatedStep;
}

/** A computation on batches, planned once for each shape that batches have. */
export class StepSet {
  readonly #body: (inputs: StepInputs) => StepResults;
  readonly #eager: boolean;
  readonly #entries = new Map<string, Entry>();
  readonly #key = fixedTensor({ shape: [2], dtype: 'int32' });

  constructor(body: (inputs: StepInputs) => StepResults, { eager }: { readonly eager: boolean }) {
    this.#body = body;
    this.#eager = eager;
  }

  /**
   * Runs the computation on a batch, with a key for its random numbers. `kind` tells apart computations that differ in more than
   * the batch.
   */
  run(batch: Batch, key: Int32Array, kind = ''): StepResults {
    const { inputs, step } = this.#entryFor(batch, `${kind} ${signature(batch)}`);
    batch.x.forEach((array, i) => {
      writeInput(inputs.x[i], array);
    });
    for (const kind of ['y', 'weights'] as const) {
      batch[kind].forEach((array, i) => {
        writeElements(inputs[kind][i], (target) => array.write(target));
      });
    }
    writeElements(this.#key, (target) => target.set(key));
    return step.run();
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const entry of this.#entries.values()) disposeEntry(entry);
    this.#entries.clear();
    this.#key.storage.release();
  }

  #entryFor(batch: Batch, name: string): Entry {
    let entry = this.#entries.get(name);
    if (entry) {
      // The last in the map is the last used.
      this.#entries.delete(name);
    } else {
      if (this.#entries.size >= MOST_PLANS) this.#dropOldest();
      const inputs: StepInputs = {
        size: batch.size,
        x: batch.x.map(fixedInput),
        y: batch.y.map(fixedTensor),
        weights: batch.weights.map(fixedTensor),
        key: this.#key,
      };
      entry = {
        inputs,
        step: new RepeatedStep(() => this.#body(inputs), { eager: this.#eager }),
      };
    }
    this.#entries.set(name, entry);
    return entry;
  }

  #dropOldest(): void {
    const [[name, entry]] = this.#entries;
    disposeEntry(entry);
    this.#entries.delete(name);
  }
}

/** Batches of one signature can be worked on by one plan. */
const signature = ({ x, y, weights }: Batch): string =>
  [x, y, weights].map((arrays) => arrays.map(signatureOf).join(';')).join('|');

function signatureOf(array: BatchArray | BatchRows): string {
  const { shape, dtype } = array;
  if (!('sparse' in array)) return `${dtype}[${shape}]`;
  const { capacity, weighted } = array.sparse;
  return `${dtype}[${shape}] sparse ${capacity} ${weighted}`;
}

function fixedInput(array: BatchArray | BatchRows): StepInput {
  if (!('sparse' in array)) return fixedTensor(array);
  const { shape, dtype, sparse } = array;
  return SparseMatrix.fromTensors(shape as [number, number], {
    values: fixedTensor({ shape: [sparse.weighted ? sparse.capacity : 0], dtype }),
    columns: fixedTensor({ shape: [sparse.capacity], dtype: 'int32' }),
    rowStarts: fixedTensor({ shape: [shape[0] + 1], dtype: 'int32' }),
  });
}

/** The tensors that an input consists of. */
const tensorsOf = (input: StepInput): readonly Tensor[] =>
  input instanceof SparseMatrix ? [input.values, input.columns, input.rowStarts] : [input];

function writeInput(input: StepInput, array: BatchArray | BatchRows): void {
  if (!(input instanceof SparseMatrix)) {
    writeElements(input, (target) => (array as BatchArray).write(target));
    return;
  }
  const { sparse } = array as BatchRows;
  const tensors = tensorsOf(input);
  const backend = getBackend();
  const [values, columns, rowStarts] = tensors.map(({ storage, dtype }) =>
    backend.synchronous ? storage.array : allocateArray(dtype, storage.length),
  );
  sparse.write({ values, columns, rowStarts });
  if (backend.synchronous) return;
  [values, columns, rowStarts].forEach((part, i) => {
    backend.write(tensors[i].storage, part);
  });
}

/** A tensor outside all scopes. */
function fixedTensor({ shape, dtype }: Pick<BatchArray, 'shape' | 'dtype'>): Tensor {
  return keep(emptyTensor(shape, dtype));
}

/** Lets `write` fill the memory of a tensor, or, where the host does not see it, an array that is then sent. */
function writeElements({ storage, dtype }: Tensor, write: (target: TypedArray) => void): void {
  const backend = getBackend();
  if (backend.synchronous) {
    write(storage.array);
    return;
  }
  const array = allocateArray(dtype, storage.length);
  write(array);
  backend.write(storage, array);
}

function disposeEntry({ inputs, step }: Entry): void {
  step.dispose();
  const tensors = [...inputs.x.flatMap(tensorsOf), ...inputs.y, ...inputs.weights];
  for (const { storage } of tensors) storage.release();
}
