import { ShapeError, type Tensor } from '../tensor/index.ts';
import { Figure } from './figure.ts';
import type { GridOptions } from './image-grid.ts';
import { cellsPanel, imageOf, type Raster } from './imshow.ts';

/**
 * The filters of a convolution [height, width, channels, filters]: in colours where there are three channels, else each
 * filter's mean over its channels.
 * @example await plot.filters(model.getLayer('conv2d').kernel).save('filters.png');
 */
export function filters(
  kernel: Tensor,
  { title = '', columns = 8, cmap = 'coolwarm', ...options }: GridOptions = {},
): Figure {
  if (kernel.shape.length !== 4) {
    throw new ShapeError(
      `plot.filters: expected [height, width, channels, filters], received shape [${kernel.shape}]`,
    );
  }
  const [height, width, channels, count] = kernel.shape;
  const data = kernel.dataSync();
  const inColours = channels === 3;
  const rasters = Array.from({ length: count }, (_, filter): Raster => {
    const values: number[] = [];
    for (let pixel = 0; pixel < height * width; pixel++) {
      const taps = Array.from({ length: channels }, (_, c) =>
        Number(data[(pixel * channels + c) * count + filter]),
      );
      values.push(...(inColours ? taps : [taps.reduce((a, b) => a + b, 0) / channels]));
    }
    return { height, width, channels: inColours ? 3 : 1, data: values, isBytes: false };
  });
  const largest = rasters.reduce(
    (most, raster) => raster.data.reduce((m, value) => Math.max(m, Math.abs(value)), most),
    1e-30,
  );
  const range = { vmin: -largest, vmax: largest };
  const cells = rasters.map((raster) => ({
    image: imageOf(raster, { cmap, ...range, ...options }, 'filters'),
  }));
  return new Figure([[cellsPanel(cells, Math.min(columns, count), 48)]], title, options);
}

/**
 * What each filter of a layer answers to one picture: a tensor [height, width, filters], or [1, height, width, filters].
 * @example await plot.featureMaps(layerModel.predict(photo)).save('maps.png');
 */
export function featureMaps(
  maps: Tensor,
  { title = '', columns = 8, cmap = 'viridis', ...options }: GridOptions = {},
): Figure {
  const shape = maps.shape.length === 4 && maps.shape[0] === 1 ? maps.shape.slice(1) : maps.shape;
  if (shape.length !== 3) {
    throw new ShapeError(
      `plot.featureMaps: expected the maps of one picture, [height, width, filters], received shape [${maps.shape}]`,
    );
  }
  const [height, width, count] = shape;
  const data = Array.from(maps.dataSync(), Number);
  const cells = Array.from({ length: count }, (_, filter) => {
    const values = Array.from({ length: height * width }, (_, i) => data[i * count + filter]);
    const raster = { height, width, channels: 1, data: values, isBytes: false };
    return { image: imageOf(raster, { cmap, ...options }, 'featureMaps') };
  });
  return new Figure([[cellsPanel(cells, Math.min(columns, count), 72)]], title, options);
}
