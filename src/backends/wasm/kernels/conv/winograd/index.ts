export { emitWinogradConv } from './convolution.ts';
export { emitWinogradFilterGrad } from './filter-grad.ts';
export { emitWinogradFilters } from './filters.ts';
export { emitWinogradInputGrad, suitsAdjoint } from './input-grad.ts';
export { type KernelSide, piecesOf, stepOf, suitsWinograd } from './pieces.ts';
