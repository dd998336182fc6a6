export { Accuracy, accuracy } from './accuracy.ts';
export { AUC } from './auc.ts';
export { BinaryAccuracy, binaryAccuracy } from './binary-accuracy.ts';
export { BinaryCrossentropy } from './binary-crossentropy.ts';
export { BinaryIoU } from './binary-iou.ts';
export { CategoricalAccuracy, categoricalAccuracy } from './categorical-accuracy.ts';
export { CategoricalCrossentropy } from './categorical-crossentropy.ts';
export { CategoricalHinge } from './categorical-hinge.ts';
export { ConcordanceCorrelation, concordanceCorrelation } from './concordance-correlation.ts';
export { CosineSimilarity, cosineSimilarity } from './cosine-similarity.ts';
export { F1Score } from './f1-score.ts';
export { FalseNegatives } from './false-negatives.ts';
export { FalsePositives } from './false-positives.ts';
export { FBetaScore } from './fbeta-score.ts';
export { getMetric, type MetricLike } from './get.ts';
export { Hinge } from './hinge.ts';
export { IoU } from './iou.ts';
export { KLDivergence } from './kl-divergence.ts';
export { LogCoshError } from './log-cosh-error.ts';
export { Mean } from './mean.ts';
export { MeanAbsoluteError } from './mean-absolute-error.ts';
export { MeanAbsolutePercentageError } from './mean-absolute-percentage-error.ts';
export { MeanIoU } from './mean-iou.ts';
export { MeanSquaredError } from './mean-squared-error.ts';
export { MeanSquaredLogarithmicError } from './mean-squared-logarithmic-error.ts';
export { type Direction, Metric } from './metric.ts';
export { OneHotIoU } from './one-hot-iou.ts';
export { OneHotMeanIoU } from './one-hot-mean-iou.ts';
export { PearsonCorrelation, pearsonCorrelation } from './pearson-correlation.ts';
export { Poisson } from './poisson.ts';
export { Precision } from './precision.ts';
export { PrecisionAtRecall } from './precision-at-recall.ts';
export { R2Score } from './r2-score.ts';
export { Recall } from './recall.ts';
export { RecallAtPrecision } from './recall-at-precision.ts';
export { RootMeanSquaredError } from './root-mean-squared-error.ts';
export { SensitivityAtSpecificity } from './sensitivity-at-specificity.ts';
export {
  SparseCategoricalAccuracy,
  sparseCategoricalAccuracy,
} from './sparse-categorical-accuracy.ts';
export { SparseCategoricalCrossentropy } from './sparse-categorical-crossentropy.ts';
export {
  SparseTopKCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
} from './sparse-top-k-categorical-accuracy.ts';
export { SpecificityAtSensitivity } from './specificity-at-sensitivity.ts';
export { SquaredHinge } from './squared-hinge.ts';
export { Sum } from './sum.ts';
export {
  TopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './top-k-categorical-accuracy.ts';
export { TrueNegatives } from './true-negatives.ts';
export { TruePositives } from './true-positives.ts';
