import { noGrad } from '../../autograd/index.ts';
import { argmax, cast, equal, expandDims, max, mean, topK } from '../../ops/index.ts';
import { type Tensor as CoreTensor, formatShape, ShapeError } from '../../tensor/index.ts';
import { byName } from '../arguments.ts';
import { define } from '../signature.ts';
import { type Tensor, wrap } from '../tensor.ts';
import { Metric } from './metric.ts';

/** Where the `k` likeliest classes are, equal to the label or not: [..., k], in the predictions' dtype. */
function hits(prediction: CoreTensor, label: CoreTensor, k: number): CoreTensor {
  const classes = prediction.shape[prediction.rank - 1];
  const { indices: likeliest } = topK(prediction, Math.min(k, classes));
  let wanted = label;
  if (wanted.rank === prediction.rank && wanted.shape[wanted.rank - 1] !== 1) {
    wanted = expandDims(argmax(wanted, -1), -1);
  } else if (wanted.rank < prediction.rank) wanted = expandDims(wanted, -1);
  if (wanted.rank !== prediction.rank) {
    throw new ShapeError(
      `Accuracy: labels ${formatShape(label.shape)} do not fit predictions ` +
        formatShape(prediction.shape),
    );
  }
  return cast(equal(cast(likeliest, 'int32'), cast(wanted, 'int32')), prediction.dtype);
}

/**
 * The share of examples whose label is among the `k` likeliest classes, as a tensor.
 * @example paddle.metric.accuracy(model.call(x), labels)
 */
export const accuracy = define(
  'accuracy',
  ['input', 'label'],
  ['k', 'correct', 'total', 'name'],
  (input: Tensor, label: Tensor, k: number = 1): Tensor =>
    noGrad(() => wrap(mean(max(hits(input.tensor, label.tensor, k), -1)))),
);

/** Arguments of `Accuracy`. */
interface AccuracyArguments {
  readonly topk: number | readonly number[];
  readonly name: string;
}

/**
 * The share of examples whose label is among the k likeliest classes, for each k of `topk`.
 * @example new paddle.metric.Accuracy({ topk: [1, 5] })
 */
export class Accuracy extends Metric {
  readonly topk: readonly number[];
  readonly #names: readonly string[];
  #correct: number[] = [];
  #counts: number[] = [];

  constructor(
    ...args: readonly [
      topk?: number | readonly number[] | Partial<AccuracyArguments>,
      name?: string,
    ]
  ) {
    super();
    const { topk = [1], name = 'acc' } = byName<AccuracyArguments>(
      'Accuracy',
      ['topk', 'name'],
      args,
    );
    this.topk = [topk as number].flat();
    this.#names = this.topk.length > 1 ? this.topk.map((k) => `${name}_top${k}`) : [name];
    this.reset();
  }

  override name(): string[] {
    return [...this.#names];
  }

  /** Which of the likeliest classes are right: [examples, largest k]. */
  override compute(pred: Tensor, label: Tensor): Tensor {
    const most = Math.max(...this.topk);
    return noGrad(() => wrap(hits(pred.tensor, label.tensor, most)));
  }

  override update(correct: Tensor): number | number[] {
    const { shape } = correct;
    const width = shape[shape.length - 1];
    const data = correct.numpy();
    const examples = data.length / width;
    const shares = this.topk.map((k, i) => {
      let right = 0;
      for (let row = 0; row < examples; row++) {
        for (let place = 0; place < Math.min(k, width); place++) right += data[row * width + place];
      }
      this.#correct[i] += right;
      this.#counts[i] += examples;
      return examples > 0 ? right / examples : 0;
    });
    return shares.length === 1 ? shares[0] : shares;
  }

  override accumulate(): number | number[] {
    const shares = this.topk.map((_, i) =>
      this.#counts[i] > 0 ? this.#correct[i] / this.#counts[i] : 0,
    );
    return shares.length === 1 ? shares[0] : shares;
  }

  override reset(): void {
    this.#correct = this.topk.map(() => 0);
    this.#counts = this.topk.map(() => 0);
  }
}
