import { badOption, nullable, option, withOptions } from '../config/index.ts';
import { random, reshape } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { ImageLayer } from './image-layer.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { seed } from './layer-options.ts';
import { SeedGenerator } from './seed-generator.ts';
import { dataFormat } from './window-options.ts';

/** A range of factors: [lowest, highest]. */
export type Factors = readonly [number, number];

/** One number or a pair. */
export type FactorsLike = number | readonly number[];

/** A range of factors as a pair; one number f means what `spread` makes of it. */
export const factors = (spread: (f: number) => Factors, initial?: FactorsLike) => {
  const parse = (input: FactorsLike, where: string): Factors => {
    const pair = typeof input === 'number' ? spread(input) : input;
    const good =
      Array.isArray(pair) &&
      pair.length === 2 &&
      pair.every((n) => typeof n === 'number' && Number.isFinite(n)) &&
      pair[0] <= pair[1];
    if (!good) throw badOption(where, 'a number or a pair [lowest, highest]', input);
    return pair as unknown as Factors;
  };
  return initial === undefined ? option(parse) : option(parse, initial);
};

/** A range around 0. */
export const around = (f: number): Factors => [-f, f];
/** A range from 0. */
export const upTo = (f: number): Factors => [0, f];

/** A factor that is kept as it was given. */
export const plainFactor = () =>
  option((input: FactorsLike, where: string): FactorsLike => {
    factors(around).parse(input, where);
    return input;
  });

/** The same, null by default. */
export const optionalFactor = () => nullable(plainFactor());

/** Lowest and highest pixel value. */
export const valueRange = () =>
  option(
    (input: readonly number[], where: string): Factors => {
      if (!Array.isArray(input) || input.length !== 2 || !(input[0] < input[1])) {
        throw badOption(where, 'a pair [lowest, highest]', input);
      }
      return input as unknown as Factors;
    },
    [0, 255] as readonly number[],
  );

/** The base of layers that change images at random in training and leave them alone otherwise. */
export abstract class RandomImageLayer extends withOptions(ImageLayer, {
  dataFormat: dataFormat(),
  seed: seed(),
}) {
  override supportsMasking = true;
  readonly #seeds = new SeedGenerator(this.seed);

  /** Changes a batch [batch, height, width, channels] at random. */
  protected abstract augment(images: Tensor): Tensor;

  protected override transform(images: Tensor, training: boolean): Tensor {
    return training ? this.augment(images) : images;
  }

  /** A number for each image, spread evenly over a range: [batch, 1, 1, 1]. */
  protected draw(images: Tensor, [low, high]: Factors): Tensor {
    const options = { minval: low, maxval: high, dtype: images.dtype, seed: this.nextSeed() };
    return reshape(random.uniform([images.shape[0]], options), [-1, 1, 1, 1]);
  }

  /** The seed of the next draw. */
  protected nextSeed(): number | null {
    return this.#seeds.next();
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape;
  }
}
