import { boolean, integer, list, nullable, option, withOptions } from '../config/index.ts';
import {
  argmax,
  asTensor,
  cast,
  diagonal,
  gather,
  matmul,
  mul,
  notEqual,
  oneHot,
  type Parameter,
  reshape,
  type TensorLike,
  update,
} from '../ops/index.ts';
import { asDType, type DType, isFloat, type Tensor, ValueError } from '../tensor/index.ts';
import { Metric } from './metric.ts';

/** Keeps shares of nothing finite. */
const tiny = 1e-7;

/** Options of the metrics of overlap. */
export const iouOptions = {
  /** Type of the counts: whole numbers unless weights have fractions. */
  dtype: option<DType, DType | null>((input) => asDType(input ?? 'int64'), 'int64'),
  /** A class whose samples do not count. */
  ignoreClass: nullable(integer(0)),
  /** Whether labels are numbers of classes rather than one-hot. */
  sparseYTrue: boolean(true),
  /** Whether predictions are numbers of classes rather than scores. */
  sparseYPred: boolean(true),
  /** Axis of the classes, where there is one. */
  axis: integer(-1),
};

/** Classes, as numbers. */
export const classIds = () => list(integer(0, { min: 0 }), []);

/** The base of metrics of how much regions overlap: intersection over union, counted in a confusion matrix. */
export abstract class IoUBase extends withOptions(Metric, iouOptions) {
  override readonly direction = 'up';
  totalConfusionMatrix!: Parameter;

  abstract numClasses: number;
  /** The classes that count. */
  protected abstract targets(): readonly number[];

  /** Makes the matrix; called once the options are known. */
  protected makeMatrix(): void {
    const n = this.numClasses;
    const wrong = this.targets().find((id) => id >= n);
    if (wrong !== undefined) {
      throw new ValueError(`${this.name}: class ${wrong} is not one of ${n} classes`);
    }
    this.totalConfusionMatrix = this.addVariable('total_confusion_matrix', [n, n]);
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight: TensorLike | null = null,
  ): void {
    const numbers = (given: TensorLike, sparse: boolean): Tensor => {
      const x = asTensor(this.name, given);
      return reshape(cast(sparse ? x : argmax(x, this.axis), 'int32'), [-1]);
    };
    const labels = numbers(yTrue, this.sparseYTrue);
    const predictions = numbers(yPred, this.sparseYPred);
    // Counts of whole numbers cut fractions off, as in Keras.
    const whole = isFloat(this.dtype) ? this.dtype : 'int32';
    let hot = oneHot(labels, this.numClasses);
    if (sampleWeight !== null) {
      const weights = cast(cast(asTensor(this.name, sampleWeight), whole), 'float32');
      hot = mul(hot, reshape(weights, [-1, 1]));
    }
    if (this.ignoreClass !== null) {
      const counts = cast(notEqual(labels, this.ignoreClass), 'float32');
      hot = mul(hot, reshape(counts, [-1, 1]));
    }
    const counts = matmul(hot, oneHot(predictions, this.numClasses), { transposeA: true });
    update(
      (total, more) => [total.add(more)],
      [this.totalConfusionMatrix, counts],
      [this.totalConfusionMatrix],
    );
  }

  override result(): Tensor {
    const matrix = cast(this.totalConfusionMatrix, 'float32');
    const both = diagonal(matrix);
    const either = matrix.sum(0).add(matrix.sum(1)).sub(both);
    const ids = Int32Array.from(this.targets());
    const [intersection, union] = [gather(both, ids), gather(either, ids)];
    const valid = cast(union.greater(1e-9), 'float32').sum();
    return intersection.div(union.add(tiny)).sum().div(valid.add(tiny));
  }
}
