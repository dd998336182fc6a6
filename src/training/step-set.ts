import { getBackend } from '../backends/registry.ts';
import { emptyTensor } from '../ops/result.ts';
import { allocateArray, keep, type Tensor, type TypedArray } from '../tensor/index.ts';
import type { Batch, BatchArray } from './batches.ts';
import { RepeatedStep, type StepResults } from './repeated-step.ts';

/** Tensors that hold one batch after the other. */
export interface StepInputs {
  /** Samples of the batch. */
  readonly size: number;
  readonly x: readonly Tensor[];
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
    for (const kind of ['x', 'y', 'weights'] as const) {
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
        x: batch.x.map(fixedTensor),
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
  [x, y, weights]
    .map((arrays) => arrays.map(({ shape, dtype }) => `${dtype}[${shape}]`).join(';'))
    .join('|');

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
  for (const { storage } of [...inputs.x, ...inputs.y, ...inputs.weights]) storage.release();
}
