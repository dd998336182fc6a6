import { constant } from '../../expr/index.ts';
import { elementwise } from '../../ops/index.ts';
import { type Tensor as CoreTensor, ValueError } from '../../tensor/index.ts';
import type { Parameter } from '../parameter.ts';
import { withArguments } from '../with-arguments.ts';

/** A parameter and its gradient. */
export type ParameterAndGradient = readonly [parameter: Parameter, gradient: CoreTensor];

/** How gradients are kept from becoming too large. */
export abstract class ClipGradBase {
  /** The gradients, clipped; those of parameters with `needClip` false stay as they are. */
  abstract clip(pairs: readonly ParameterAndGradient[]): CoreTensor[];
}

const squares = (x: CoreTensor): CoreTensor => x.square().sum();

/** Moves elements of gradients into [min, max]; `min` is `-max` by default. */
export class ClipGradByValue extends withArguments<{ max: number; min: number }>()(
  ClipGradBase,
  ['max', 'min'],
  1,
) {
  override clip(pairs: readonly ParameterAndGradient[]): CoreTensor[] {
    const { max } = this;
    const min = this.min ?? -max;
    if (this.min === null && max <= 0) {
      throw new ValueError(`ClipGradByValue: max must be greater than 0, received ${max}`);
    }
    return pairs.map(([{ needClip }, g]) =>
      needClip ? elementwise('clip', (x) => x.max(min).min(max), [g]) : g,
    );
  }
}

/** Shortens each gradient to a length of `clipNorm`. */
export class ClipGradByNorm extends withArguments<{ clipNorm: number }>()(
  ClipGradBase,
  ['clipNorm'],
  1,
) {
  override clip(pairs: readonly ParameterAndGradient[]): CoreTensor[] {
    return pairs.map(([{ needClip }, g]) =>
      needClip ? shortened(g, squares(g), this.clipNorm) : g,
    );
  }
}

interface GlobalNormArguments {
  readonly clipNorm: number;
  readonly groupName: string;
  readonly autoSkipClip: boolean;
}

/**
 * Shortens all gradients together to a length of `clipNorm`.
 * @example new paddle.optimizer.SGD({ parameters, gradClip: new nn.ClipGradByGlobalNorm(1) })
 */
export class ClipGradByGlobalNorm extends withArguments<GlobalNormArguments>()(
  ClipGradBase,
  ['clipNorm', 'groupName', 'autoSkipClip'],
  1,
  { groupName: 'default_group', autoSkipClip: false },
) {
  override clip(pairs: readonly ParameterAndGradient[]): CoreTensor[] {
    const counted = pairs.filter(([{ needClip }]) => needClip).map(([, g]) => squares(g));
    if (counted.length === 0) return pairs.map(([, g]) => g);
    const total = counted.reduce((sum, next) => sum.add(next));
    return pairs.map(([{ needClip }, g]) => (needClip ? shortened(g, total, this.clipNorm) : g));
  }
}

/** The gradient times the factor that brings a squared length down to `limit`; 1 where it is short enough. */
const shortened = (g: CoreTensor, squaredLength: CoreTensor, limit: number): CoreTensor =>
  elementwise('clipByNorm', (x, total) => x.mul(constant(limit).div(total.sqrt().max(limit))), [
    g,
    squaredLength,
  ]);
