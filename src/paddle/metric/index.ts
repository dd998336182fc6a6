export { Accuracy, accuracy } from './accuracy.ts';
export { Auc } from './auc.ts';
export { Metric } from './metric.ts';
export { Precision, Recall } from './precision-recall.ts';
