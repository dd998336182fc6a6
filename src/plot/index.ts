export { bar, type HistogramOptions, histogram } from './bar.ts';
export type { ChartOptions, Scale } from './chart.ts';
export type { ColorMap } from './color-map.ts';
export { type ConfusionMatrixOptions, confusionMatrix } from './confusion-matrix.ts';
export { type Curves, type CurvesOptions, curves, learningRates } from './curves.ts';
export { type DrawOptions, Figure } from './figure.ts';
export { featureMaps, filters } from './filters.ts';
export { type GridOptions, type ImageGridOptions, imageGrid } from './image-grid.ts';
export {
  type ImshowOptions,
  imshow,
  type Picture,
  type PixelOptions,
  type Raster,
} from './imshow.ts';
export { line, type PlotOptions, scatter } from './line.ts';
export { type GraphNode, modelGraph } from './model-graph.ts';
export type { Numbers, Series } from './numbers.ts';
export { precisionRecallCurve, type RankingOptions, rocCurve } from './ranking-curves.ts';
export { subplots } from './subplots.ts';
export type { ThemeName } from './theme.ts';
export type { Language } from './words.ts';
