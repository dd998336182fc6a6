import { gradients, noGrad } from '../../autograd/index.ts';
import { contiguous, withStepKey } from '../../ops/index.ts';
import { streamKey } from '../../ops/random/state.ts';
import {
  type Tensor as CoreTensor,
  dtypes,
  GradusError,
  type TypedArray,
} from '../../tensor/index.ts';
import type { Batch, BatchArray } from '../../training/batches.ts';
import type { StepResults } from '../../training/repeated-step.ts';
import { type StepInputs, StepSet } from '../../training/step-set.ts';
import { nextSeed } from '../../training/training-state.ts';
import { listOf } from '../list-of.ts';
import type { Metric } from '../metric/metric.ts';
import { Layer } from '../nn/layer.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import { type Tensor, wrap } from '../tensor.ts';

/** A loss: a layer, or a function of outputs and labels. */
// biome-ignore lint/suspicious/noExplicitAny: outputs and labels as the network and the data have them
export type LossLike = Layer | ((...args: any[]) => Tensor | readonly Tensor[]);

/** What a step works with. */
export interface StepParts {
  readonly network: Layer;
  readonly optimizer: Optimizer | null;
  readonly loss: LossLike | null;
  readonly metrics: readonly Metric[];
}

/** What a step found: losses, what metrics are to be updated with, outputs. Valid until the next step. */
export interface StepFindings {
  readonly losses: readonly Tensor[];
  readonly computed: readonly (readonly Tensor[])[];
  readonly outputs: readonly Tensor[];
}

/** The losses of a batch. */
export function lossesOf(
  loss: LossLike,
  outputs: readonly Tensor[],
  labels: readonly Tensor[],
): readonly Tensor[] {
  const args = [...outputs, ...labels];
  return listOf<Tensor>(loss instanceof Layer ? loss.call(...args) : loss(...args));
}

/** What metrics are to be updated with. */
export const computedOf = (
  metrics: readonly Metric[],
  outputs: readonly Tensor[],
  labels: readonly Tensor[],
): (readonly Tensor[])[] =>
  metrics.map((metric) => listOf<Tensor>(metric.compute(...outputs, ...labels)));

/** A tensor's elements, to be copied into a step's own tensor. */
const batchArray = ({ tensor }: Tensor): BatchArray => ({
  shape: tensor.shape,
  dtype: tensor.dtype,
  write: (target: TypedArray) => {
    const { storage, offset, size, dtype } = contiguous(tensor.detach());
    const { slots } = dtypes[dtype];
    target.set(storage.array.subarray(offset * slots, (offset + size) * slots));
  },
});

/**
 * Steps on batches as plans: the network is called once for each shape of batches while its kernels are recorded, and these
 * run again for each batch. Networks that read what they compute, and those with hooks, are called for each batch.
 */
export class PlannedSteps {
  readonly #parts: StepParts;
  readonly #sets = new Map<string, StepSet>();
  #fingerprint = '';
  #seed: number | null = null;
  #iteration = 0;
  /** How many results of each kind a body gave. */
  #counts = { losses: 0, computed: [] as number[] };

  constructor(parts: StepParts) {
    this.#parts = parts;
  }

  /** One step of training. */
  train(inputs: readonly Tensor[], labels: readonly Tensor[]): StepFindings {
    const optimizer = this.#parts.optimizer as Optimizer;
    const kind = optimizer.prepareStep(this.#trained().map((trained) => trained !== null));
    return this.#run('train', inputs, labels, kind);
  }

  /** Loss and metrics of a batch. */
  evaluate(inputs: readonly Tensor[], labels: readonly Tensor[]): StepFindings {
    return this.#run('eval', inputs, labels, '');
  }

  /** Outputs for a batch. */
  predict(inputs: readonly Tensor[]): StepFindings {
    return this.#run('predict', inputs, [], '');
  }

  /** The optimizer's parameters, null for those that are not trained. */
  #trained(): readonly (CoreTensor | null)[] {
    const { parameterList } = this.#parts.optimizer as Optimizer;
    return parameterList.map((parameter) => (parameter.stopGradient ? null : parameter.tensor));
  }

  #run(
    mode: 'train' | 'eval' | 'predict',
    inputs: readonly Tensor[],
    labels: readonly Tensor[],
    kind: string,
  ): StepFindings {
    const set = this.#setFor(mode);
    const batch: Batch = {
      size: inputs[0]?.shape[0] ?? 0,
      x: inputs.map(batchArray),
      y: labels.map(batchArray),
      weights: [],
    };
    this.#seed ??= nextSeed();
    const results = set.run(batch, streamKey(this.#seed, this.#iteration++), kind);
    return this.#findings(mode, results.map(wrap));
  }

  #setFor(mode: 'train' | 'eval' | 'predict'): StepSet {
    const { network } = this.#parts;
    const layers = network.sublayers(true);
    const fingerprint = [
      ...layers.map(({ training }) => Number(training)),
      ...layers.flatMap((layer) => layer.parameters(false).map((p) => Number(p.stopGradient))),
    ].join('');
    const key = `${mode} ${fingerprint}`;
    if (mode === 'train' && this.#fingerprint !== fingerprint) {
      this.dispose();
      this.#fingerprint = fingerprint;
    }
    const known = this.#sets.get(key);
    if (known) return known;
    const eager = layers.some((layer) => layer.hasHooks);
    const made = new StepSet((inputs) => this.#body(mode, inputs), { eager });
    this.#sets.set(key, made);
    return made;
  }

  #body(mode: 'train' | 'eval' | 'predict', { x, y, key }: StepInputs): StepResults {
    const inputs = x.map((input) => wrap(input as CoreTensor));
    const labels = y.map(wrap);
    return withStepKey(key, () =>
      mode === 'train'
        ? this.#trainStep(inputs, labels)
        : noGrad(() => this.#lookStep(mode, inputs, labels)),
    );
  }

  #trainStep(inputs: readonly Tensor[], labels: readonly Tensor[]): StepResults {
    const optimizer = this.#parts.optimizer as Optimizer;
    const outputs = this.#outputs(inputs);
    const losses = this.#losses(outputs, labels);
    const trained = this.#trained();
    const wanted = trained.filter((parameter) => parameter !== null);
    const found = gradients(
      losses.map(({ tensor }) => tensor),
      wanted,
      { allowUnused: true },
    );
    let next = 0;
    const aligned = trained.map((parameter) => (parameter ? found[next++] : null));
    return noGrad(() => {
      optimizer.applyGradients(aligned);
      return this.#results(outputs, losses, labels);
    });
  }

  #lookStep(
    mode: 'eval' | 'predict',
    inputs: readonly Tensor[],
    labels: readonly Tensor[],
  ): StepResults {
    const outputs = this.#outputs(inputs);
    if (mode === 'predict') return outputs.map(own);
    const losses = this.#parts.loss ? this.#losses(outputs, labels) : [];
    return this.#results(outputs, losses, labels);
  }

  #outputs(inputs: readonly Tensor[]): readonly Tensor[] {
    return listOf<Tensor>(this.#parts.network.call(...inputs));
  }

  #losses(outputs: readonly Tensor[], labels: readonly Tensor[]): readonly Tensor[] {
    const { loss } = this.#parts;
    if (!loss) throw new GradusError('Model: there is no loss; call prepare({ optimizer, loss })');
    return lossesOf(loss, outputs, labels);
  }

  #results(
    outputs: readonly Tensor[],
    losses: readonly Tensor[],
    labels: readonly Tensor[],
  ): StepResults {
    const computed = computedOf(this.#parts.metrics, outputs, labels);
    this.#counts = { losses: losses.length, computed: computed.map(({ length }) => length) };
    return [...losses, ...computed.flat()].map(own);
  }

  #findings(mode: string, results: readonly Tensor[]): StepFindings {
    if (mode === 'predict') return { losses: [], computed: [], outputs: results };
    let at = this.#counts.losses;
    const computed = this.#counts.computed.map((count) => {
      at += count;
      return results.slice(at - count, at);
    });
    return { losses: results.slice(0, this.#counts.losses), computed, outputs: [] };
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const set of this.#sets.values()) set.dispose();
    this.#sets.clear();
  }
}

/** A result in memory of its own: outputs may be inputs, or views of them. */
const own = ({ tensor }: Tensor): CoreTensor => tensor.detach().copy();
