export { type CatalogEntry, catalog } from './catalog.ts';
export { classifierOf, describeModel, loadClassifier } from './classifier-file.ts';
export * as hub from './hub.ts';
export {
  type Classification,
  type ClassifierParts,
  type ClassifyOptions,
  ImageClassifier,
  type ImageLike,
  type ImagesLike,
} from './image-classifier.ts';
export { HubModel, list, load, type VerifiedFile, verify } from './load.ts';
export { readCatalog } from './mirror-catalog.ts';
export { type ClassificationOptions, Module } from './module.ts';
export { type PreprocessingStep, preprocess, readSteps } from './preprocessing.ts';
