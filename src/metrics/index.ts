export { Accuracy, accuracy } from './accuracy.ts';
export { BinaryAccuracy, binaryAccuracy } from './binary-accuracy.ts';
export { BinaryCrossentropy } from './binary-crossentropy.ts';
export { CategoricalAccuracy, categoricalAccuracy } from './categorical-accuracy.ts';
export { CategoricalCrossentropy } from './categorical-crossentropy.ts';
export { CategoricalHinge } from './categorical-hinge.ts';
export { CosineSimilarity, cosineSimilarity } from './cosine-similarity.ts';
export { getMetric, type MetricLike } from './get.ts';
export { Hinge } from './hinge.ts';
export { KLDivergence } from './kl-divergence.ts';
export { LogCoshError } from './log-cosh-error.ts';
export { Mean } from './mean.ts';
export { MeanAbsoluteError } from './mean-absolute-error.ts';
export { MeanAbsolutePercentageError } from './mean-absolute-percentage-error.ts';
export { MeanSquaredError } from './mean-squared-error.ts';
export { MeanSquaredLogarithmicError } from './mean-squared-logarithmic-error.ts';
export { type Direction, Metric } from './metric.ts';
export { Poisson } from './poisson.ts';
export { RootMeanSquaredError } from './root-mean-squared-error.ts';
export {
  SparseCategoricalAccuracy,
  sparseCategoricalAccuracy,
} from './sparse-categorical-accuracy.ts';
export { SparseCategoricalCrossentropy } from './sparse-categorical-crossentropy.ts';
export {
  SparseTopKCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
} from './sparse-top-k-categorical-accuracy.ts';
export { SquaredHinge } from './squared-hinge.ts';
export { Sum } from './sum.ts';
export {
  TopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './top-k-categorical-accuracy.ts';
