import {
  badOption,
  factory,
  nullable,
  option,
  requiredNumber,
  withOptions,
} from '../config/index.ts';
import { dropout as dropoutOp } from '../ops/index.ts';
import type { Shape, Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import type { CallOptions } from './layer.ts';
import { seed } from './layer-options.ts';
import { SameShapeLayer } from './same-shape-layer.ts';
import { SeedGenerator } from './seed-generator.ts';

/** Share of values that are dropped. */
export const dropRate = () => requiredNumber({ min: 0, max: 1 });

/** Shape in which fates are drawn; null for that of the input. */
export const noiseShape = () =>
  nullable(
    option((input: SymbolicShape, where: string): SymbolicShape => {
      if (!Array.isArray(input)) throw badOption(where, 'a list of sizes or null', input);
      return input;
    }, [] as SymbolicShape),
  );

/**
 * In training, sets a random share `rate` of the values to 0 and scales the others by 1 / (1 - rate). Where `noiseShape` has
 * a 1, values along that axis share their fate.
 * Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.
 * @example dropout(0.5)
 */
export class Dropout extends withOptions(
  SameShapeLayer,
  { rate: dropRate(), seed: seed(), noiseShape: noiseShape() },
  ['rate', 'noiseShape', 'seed'],
) {
  static override readonly className = 'Dropout';
  override supportsMasking = true;
  protected readonly seeds = new SeedGenerator(this.seed);

  override call(x: Tensor, { training }: CallOptions): Tensor {
    if (!training || this.rate === 0) return x;
    return dropoutOp(x, this.rate, {
      noiseShape: this.drawShape(x.shape),
      seed: this.seeds.next(),
    });
  }

  /** Shape in which fates are drawn; broadcast to the input. */
  protected drawShape(shape: Shape): Shape {
    return this.noiseShape ? this.noiseShape.map((n, axis) => n ?? shape[axis]) : shape;
  }
}

/** Makes a {@link Dropout}. */
export const dropout = factory(Dropout);
