import '../ops/methods.ts';
import {
  type Arguments,
  Configurable,
  instanceName,
  option,
  uniqueName,
  withOptions,
} from '../config/index.ts';
import { full, Parameter, type TensorLike } from '../ops/index.ts';
import { asDType, type DType, type Shape, type Tensor } from '../tensor/index.ts';

const metricOptions = {
  /** Key in the logs; the class's by default. */
  name: option<string | null, string | null>((input) => input, null),
  /** Type of the state and the result. */
  dtype: option<DType, DType | null>((input) => asDType(input ?? 'float32'), 'float32'),
};

/** Whether more or less of a metric is better. */
export type Direction = 'up' | 'down';

/**
 * A figure that is gathered batch by batch: `updateState` counts a batch, `result` is the figure so far. The state is in
 * tensors that are changed in place, so that a recorded step counts, too.
 */
export abstract class Metric extends withOptions(Configurable, metricOptions) {
  static override readonly module = 'keras.metrics';
  declare name: string;
  /** For callbacks that must know what better is; null if neither. */
  readonly direction: Direction | null = null;
  /** The state, in Keras' order. */
  readonly variables: Parameter[] = [];
  readonly #initial = new Map<Parameter, number>();

  constructor(...args: Arguments<typeof metricOptions>) {
    super(...args);
    this.name ??= uniqueName(instanceName(this.className));
  }

  /** Makes one tensor of the state. */
  protected addVariable(name: string, shape: Shape = [], initial = 0): Parameter {
    const made = new Parameter(full(shape, initial, { dtype: this.dtype }), {
      name,
      path: `${this.name}/${name}`,
      trainable: false,
    });
    this.variables.push(made);
    this.#initial.set(made, initial);
    return made;
  }

  /** Counts a batch: labels, predictions and, if given, a weight for each sample. */
  abstract updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): void;

  /** The figure so far, usually a scalar. */
  abstract result(): Tensor;

  /** Starts anew. */
  resetState(): void {
    for (const variable of this.variables) variable.assign(this.#initial.get(variable) as number);
  }

  /** Counts a batch and gives the figure so far. */
  apply(yTrue: TensorLike, yPred: TensorLike, sampleWeight: TensorLike | null = null): Tensor {
    this.updateState(yTrue, yPred, sampleWeight);
    return this.result();
  }
}
