export { type ConfusedPair, confusionMatrix, mostConfusedPairs } from './confusion.ts';
export { type ClassOptions, type GradCamOptions, gradCam } from './grad-cam.ts';
export {
  type HeatBox,
  type HeatImageOptions,
  type HeatMap,
  heatBox,
  heatImage,
} from './heat-image.ts';
export { activations, filters } from './layer-views.ts';
export { type OcclusionOptions, occlusion } from './occlusion.ts';
export { integratedGradients, type SaliencyOptions, saliency } from './saliency.ts';
