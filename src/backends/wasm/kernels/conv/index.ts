export type { FusedPooling } from './by-winograd.ts';
export { conv2dFilterGrad, suitsBothGradients, suitsMaximaGradients } from './filter-grad.ts';
export { canPool, conv2d } from './forward.ts';
export { type ConvShape, convShape } from './geometry.ts';
export { conv2dInputGrad, suitsWinogradInputGrad } from './input-grad.ts';
export { suitsWinograd } from './winograd/index.ts';
