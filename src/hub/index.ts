export { type CatalogEntry, catalog } from './catalog.ts';
export { classifierOf, describeModel, loadClassifier } from './classifier-file.ts';
export { evaluatePhotos } from './evaluate-photos.ts';
export { type FineTuned, type FineTuneOptions, type FineTuneStage, fineTune } from './fine-tune.ts';
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
export { type BaseOptions, openBase, type PhotoBase } from './photo-base.ts';
export {
  type LabelledPhotos,
  type PhotoSplit,
  type PhotoSplitOptions,
  readPhotoFolder,
  readTestPhotos,
} from './photo-folder.ts';
export { confusionText, type PhotoMistake, type PhotoReport } from './photo-report.ts';
export { type PreprocessingStep, preprocess, readSteps } from './preprocessing.ts';
