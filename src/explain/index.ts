export { type ConfusedPair, confusionMatrix, mostConfusedPairs } from './confusion.ts';
