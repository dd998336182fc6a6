import { spelling } from '../config/index.ts';
import { getLoss, type Loss, type LossLike } from '../losses/index.ts';
import { formatShape, type Shape, type Tensor, ValueError } from '../tensor/index.ts';
import { classification } from './classification.ts';
import { RunningMean } from './running-mean.ts';

/** A loss for the only output or for all, a list with one for each, or an object by the outputs' names. */
export type LossesLike =
  | LossLike
  | readonly (LossLike | null)[]
  | Readonly<Record<string, LossLike | null>>;

/** Factors of the outputs' losses in what training minimises. */
export type LossWeights = number | readonly number[] | Readonly<Record<string, number>>;

interface OutputLoss {
  readonly output: number;
  readonly loss: Loss;
  readonly weight: number;
  /** Its own mean, where several outputs have a loss. */
  readonly mean: RunningMean | null;
}

/** What `compile` was told of losses, matched with a model's outputs. */
export class CompiledLoss {
  readonly #parts: readonly OutputLoss[];

  constructor(
    losses: LossesLike,
    weights: LossWeights | null,
    outputNames: readonly string[],
    labels: readonly Shape[],
    predictions: readonly Shape[],
  ) {
    const names =
      outputNames.length === predictions.length
        ? outputNames
        : predictions.map((_, i) => `output_${i}`);
    const list = perOutput('loss', losses, names);
    const factors =
      weights === null ? names.map(() => 1) : perOutput('lossWeights', weights, names);
    const used = list.flatMap((loss, output) => (loss === null ? [] : [{ loss, output }]));
    if (used.length === 0) throw new ValueError('compile: at least one output needs a loss');
    if (labels.length === 0) {
      throw new ValueError('fit: y is missing; the loss compares outputs with labels');
    }
    if (labels.length !== used.length && labels.length !== names.length) {
      throw new ValueError(
        `fit: the model has ${names.length} outputs (${names.join(', ')}), ${used.length} of them with a loss, ` +
          `but y has ${labels.length} arrays`,
      );
    }
    this.#parts = used.map(({ loss, output }, i) => ({
      output,
      loss: pickLoss(
        loss,
        labels[labels.length === names.length ? output : i],
        predictions[output],
      ),
      weight: factors[output] ?? 1,
      mean: used.length > 1 ? new RunningMean(`${names[output]}_loss`) : null,
    }));
    this.#labelAt =
      labels.length === names.length ? (part) => part.output : (part) => this.#parts.indexOf(part);
  }

  readonly #labelAt: (part: OutputLoss) => number;

  /** The losses' means of their own, where several outputs have one. */
  get means(): readonly RunningMean[] {
    return this.#parts.flatMap(({ mean }) => mean ?? []);
  }

  /** Loss of each output, for checks of the labels. */
  get losses(): readonly {
    readonly loss: Loss;
    readonly output: number;
    readonly label: number;
  }[] {
    return this.#parts.map((part) => ({
      loss: part.loss,
      output: part.output,
      label: this.#labelAt(part),
    }));
  }

  /** The weighted sum of the outputs' losses, a scalar. */
  compute(
    labels: readonly Tensor[],
    predictions: readonly Tensor[],
    sampleWeights: readonly Tensor[],
  ): Tensor {
    const values = this.#parts.map((part) => {
      const { loss, output, weight, mean } = part;
      const sampleWeight = sampleWeights[sampleWeights.length > 1 ? output : 0] ?? null;
      const value = loss.apply(labels[this.#labelAt(part)], predictions[output], sampleWeight);
      if (value.size !== 1) {
        throw new ValueError(
          `compile: loss '${loss.name}' gives shape ${formatShape(value.shape)} where training needs a scalar; ` +
            "its reduction must be 'sum' or a mean",
        );
      }
      // Keras weighs the batches alike here, whatever their sizes.
      mean?.add(value.detach(), 1);
      return weight === 1 ? value : value.mul(weight);
    });
    return values.reduce((sum, value) => sum.add(value));
  }
}

/** One value for each output out of one for all, a list, or an object by name. */
export function perOutput<T>(
  option: string,
  given: T | readonly (T | null)[] | Readonly<Record<string, T | null>>,
  names: readonly string[],
): (T | null)[] {
  if (Array.isArray(given)) {
    if (given.length !== names.length) {
      throw new ValueError(
        `compile: ${option} has ${given.length} entries but the model has ${names.length} outputs ` +
          `(${names.join(', ')})`,
      );
    }
    return [...given];
  }
  if (
    typeof given === 'object' &&
    given !== null &&
    Object.getPrototypeOf(given) === Object.prototype &&
    !('class_name' in given)
  ) {
    const named = given as Readonly<Record<string, T | null>>;
    const unknown = Object.keys(named).filter((name) => !names.includes(name));
    if (unknown.length) {
      throw new ValueError(
        `compile: ${option} names ${unknown.map((name) => `'${name}'`).join(', ')}; ` +
          `the model's outputs are ${names.join(', ')}`,
      );
    }
    return names.map((name) => named[name] ?? null);
  }
  return names.map(() => given as T);
}

/** The loss of an output; 'crossentropy' means the one that fits labels and predictions. */
function pickLoss(identifier: LossLike, label: Shape, prediction: Shape): Loss {
  const name = typeof identifier === 'string' ? spelling(identifier) : '';
  if (name !== 'crossentropy' && name !== 'ce') return getLoss(identifier, 'compile: loss');
  const kinds = {
    binary: 'binaryCrossentropy',
    sparse: 'sparseCategoricalCrossentropy',
    categorical: 'categoricalCrossentropy',
  } as const;
  return getLoss(kinds[classification(label, prediction)], 'compile: loss');
}
