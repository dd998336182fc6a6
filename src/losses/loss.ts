import '../ops/methods.ts';
import {
  type Arguments,
  anything,
  Configurable,
  choice,
  nullable,
  omitted,
  option,
  type Schema,
  text,
  type Values,
  type WithOptions,
  withOptions,
} from '../config/index.ts';
import { asTensor, cast, logicalAnd, maskOf, mul, type TensorLike } from '../ops/index.ts';
import { formatShape, ShapeError, sizeOf, type Tensor } from '../tensor/index.ts';
import { epsilon, sameRank } from './same-rank.ts';

const lossOptions = {
  /** Shown in logs; the class's by default. */
  name: option<string | null, string | null>((input) => input, null),
  /**
   * How the losses of the samples become one number: their mean (`'sum_over_batch_size'`), the mean weighted by the
   * samples' weights, their sum, or `'none'`: they stay apart.
   */
  reduction: nullableReduction(),
  dtype: omitted(nullable(anything<unknown>(null))),
};

function nullableReduction() {
  const inner = choice(
    ['sum_over_batch_size', 'sum', 'mean', 'mean_with_sample_weight', 'none'],
    'sum_over_batch_size',
  );
  return option(
    (input: Parameters<typeof inner.parse>[0] | null, where: string) =>
      inner.parse(input ?? 'none', where),
    'sum_over_batch_size',
  );
}

/** How losses of samples are brought together. */
export type LossReduction = Values<typeof lossOptions>['reduction'];

/**
 * What training makes small. A subclass says in `call` what each sample loses; `apply` weights and reduces.
 * @example
 * class Quartic extends Loss {
 *   call(yTrue: Tensor, yPred: Tensor) { return yTrue.sub(yPred).pow(4).mean(-1); }
 * }
 */
export abstract class Loss extends withOptions(Configurable, lossOptions) {
  static override readonly module = 'keras.losses';
  declare name: string;

  constructor(...args: Arguments<typeof lossOptions>) {
    super(...args);
    this.name ??= this.className;
  }

  /** Loss of each sample, unreduced: [batch, ...] for labels and predictions. */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor;

  /** The losses weighted by `sampleWeight` (shape of the losses, or one a sample) and reduced, by default to a scalar. */
  apply(yTrue: TensorLike, yPred: TensorLike, sampleWeight: TensorLike | null = null): Tensor {
    const predictions = asTensor(this.name, yPred);
    const labels = asTensor(this.name, yTrue);
    const losses = this.call(labels, predictions);
    const masks = [maskOf(predictions), maskOf(losses)].filter((mask) => mask !== null);
    const mask = masks.length === 2 ? logicalAnd(masks[0], masks[1]) : (masks[0] ?? null);
    return reduceLosses(this.name, losses, sampleWeight, mask, this.reduction);
  }
}

/** Weights losses by sample weights and mask, and brings them together. */
export function reduceLosses(
  name: string,
  losses: Tensor,
  sampleWeight: TensorLike | null,
  mask: Tensor | null,
  reduction: LossReduction,
): Tensor {
  let weights = sampleWeight === null ? null : cast(asTensor(name, sampleWeight), losses.dtype);
  if (mask) {
    let counted = cast(mask, losses.dtype);
    if (reduction === 'mean' || reduction === 'sum_over_batch_size') {
      // The mean is over what the mask lets through.
      counted = counted.mul(counted.sum().add(epsilon).reciprocal().mul(counted.size));
    }
    const [factor, given] = weights ? sameRank(counted, weights) : [counted, null];
    weights = given ? mul(given, factor) : factor;
  }
  let values = losses;
  if (weights) {
    const [aligned, factors] = sameRank(losses, weights);
    if (factors.rank > aligned.rank || !fits(factors.shape, aligned.shape)) {
      throw new ShapeError(
        `${name}: sample weights of shape ${formatShape(weights.shape)} do not fit losses of ` +
          `shape ${formatShape(losses.shape)}; one weight a sample, or one for each loss`,
      );
    }
    values = mul(aligned, factors);
    weights = factors;
  }
  if (reduction === 'none' || values.rank === 0) return values;
  const total = values.sum();
  if (reduction === 'sum') return total;
  if (reduction === 'mean_with_sample_weight' && weights) {
    const divisor = weights.sum();
    return total.div(divisor.equal(0).cast(total.dtype).add(divisor));
  }
  return total.mul(1 / Math.max(1, sizeOf(values.shape)));
}

const fits = (shape: readonly number[], target: readonly number[]): boolean =>
  shape.every((n, i) => n === 1 || n === target[target.length - shape.length + i]);

/** A function of labels and predictions that gives the loss of each sample. */
export type LossFunction<O> = (yTrue: TensorLike, yPred: TensorLike, options: O) => Tensor;

/** A loss that a function of the folder computes. */
export abstract class FunctionLoss extends Loss {
  protected static readonly compute: LossFunction<never>;

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { compute } = this.constructor as typeof FunctionLoss;
    return compute(...sameRank(yTrue, yPred), this as never);
  }
}

/** The base class of a loss that a function computes; `options` are the function's own. */
export function lossOf<S extends Schema = Record<never, never>>(
  name: string,
  compute: LossFunction<Values<S>>,
  options?: S,
): WithOptions<typeof FunctionLoss, S, readonly []> {
  abstract class Derived extends withOptions(FunctionLoss, { name: text(name), ...options }) {
    protected static readonly compute = compute as LossFunction<never>;
  }
  return Derived as unknown as WithOptions<typeof FunctionLoss, S, readonly []>;
}
