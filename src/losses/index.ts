export { BinaryCrossentropy, binaryCrossentropy } from './binary-crossentropy.ts';
export {
  BinaryFocalCrossentropy,
  type BinaryFocalOptions,
  binaryFocalCrossentropy,
} from './binary-focal-crossentropy.ts';
export { CategoricalCrossentropy, categoricalCrossentropy } from './categorical-crossentropy.ts';
export {
  CategoricalFocalCrossentropy,
  type CategoricalFocalOptions,
  categoricalFocalCrossentropy,
} from './categorical-focal-crossentropy.ts';
export {
  CategoricalGeneralizedCrossEntropy,
  categoricalGeneralizedCrossEntropy,
} from './categorical-generalized-cross-entropy.ts';
export { CategoricalHinge, categoricalHinge } from './categorical-hinge.ts';
export { Circle, type CircleOptions, circle } from './circle.ts';
export { CosineSimilarity, cosineSimilarity } from './cosine-similarity.ts';
export type { CrossentropyOptions } from './crossentropy-options.ts';
export { CTC, ctc } from './ctc.ts';
export { Dice, dice } from './dice.ts';
export { getLoss, type LossLike } from './get.ts';
export { Hinge, hinge } from './hinge.ts';
export { Huber, huber } from './huber.ts';
export { KLDivergence, klDivergence } from './kl-divergence.ts';
export { LogCosh, logCosh } from './log-cosh.ts';
export { Loss, type LossFunction, type LossReduction } from './loss.ts';
export { MeanAbsoluteError, meanAbsoluteError } from './mean-absolute-error.ts';
export {
  MeanAbsolutePercentageError,
  meanAbsolutePercentageError,
} from './mean-absolute-percentage-error.ts';
export { MeanSquaredError, meanSquaredError } from './mean-squared-error.ts';
export {
  MeanSquaredLogarithmicError,
  meanSquaredLogarithmicError,
} from './mean-squared-logarithmic-error.ts';
export { Poisson, poisson } from './poisson.ts';
export {
  SparseCategoricalCrossentropy,
  type SparseCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from './sparse-categorical-crossentropy.ts';
export { SquaredHinge, squaredHinge } from './squared-hinge.ts';
export { Tversky, type TverskyOptions, tversky } from './tversky.ts';
