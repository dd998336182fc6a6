import { type KernelBuilder, panelColumns, type Value } from '../../builder/index.ts';
import type { KernelSpec, PhaseList } from '../../phases.ts';
import { overChannels } from '../channels.ts';
import { maximumOf } from '../maxima.ts';
import { accumulate, fillTile, newTile, storeTile, type Tile } from '../tile.ts';
import { describe, type FramedConv } from './geometry.ts';

/** Products that are written out one by one rather than looped over. */
const mostUnrolled = 32;

/** Where the operands of a convolution lie; 0 for what there is not. */
interface Addresses {
  /** Frames. */
  readonly x: number;
  readonly panels: number;
  readonly bias?: number;
  readonly y: number;
  /** Maxima of the output's 2x2 squares, and their places. */
  readonly pooled?: number;
  readonly places?: number;
}

/**
 * A convolution without padding over frames that lie ready: y[n, i, j, o] = sum over (ky, kx, c) of
 * x[n, i sh + ky dh, j sw + kx dw, c] w[ky, kx, c, o]. No patches are copied out: a tile is four neighbouring pixels of
 * a row times a panel of output channels, and its left factors are read where they lie.
 * The filters lie in panels [filters / panel][ky kx c][panel]. Where only maxima are kept, two rows at a time are computed in
 * memory of the thread's own.
 */
export function emitDirectConv(
  conv: FramedConv,
  pooling: 'none' | 'too' | 'only' | 'places',
  { x, panels, bias = 0, y, pooled = 0, places = 0 }: Addresses,
  phases: PhaseList,
): void {
  const rows = conv.images * conv.outHeight;
  const work = conv.outWidth * conv.filters * conv.kernelHeight * conv.kernelWidth * conv.channels;
  const wanted = Math.max(
    1,
    Math.ceil(rows / 1024),
    Math.min(Math.ceil(rows / 16), Math.ceil(2 ** 17 / work)),
  );
  const rowsPerTask = pooling === 'none' ? wanted : wanted + (wanted % 2);
  phases.run(
    directKernel(conv, pooling, rowsPerTask),
    [x, panels, bias, y, pooled, places],
    Math.ceil(rows / rowsPerTask),
  );
}

function directKernel(
  conv: FramedConv,
  pooling: 'none' | 'too' | 'only' | 'places',
  rowsPerTask: number,
): KernelSpec {
  const { images, height, width, filters, outHeight, outWidth, strides, inPixel, outPixel } = conv;
  const rows = images * outHeight;
  const isPooled = pooling !== 'none';
  const pixelBytes = (isPooled ? filters : outPixel) * 4;
  return {
    key: `convDirect|${describe(conv)}|${pooling}|${rowsPerTask}`,
    scratch: isPooled ? 2 * outWidth * pixelBytes : 0,
    write: (b) => {
      const [x, panels, bias, y, pooled, places] = [0, 1, 2, 3, 4, 5].map((i) => b.arg(i));
      const first = b.let(b.task.mul(rowsPerTask));
      const end = b.let(first.add(rowsPerTask));
      b.set(end, end.lt(rows).select(end, b.i32(rows)));
      const panel = panelColumns(b.target);
      const depth = conv.kernelHeight * conv.kernelWidth * conv.channels;
      const tileWidth = Math.min(b.target.tileRows, outWidth);
      /** A row of the output, to where its columns of a panel lie. */
      const rowWork = (row: Value, to: Value, columns: number, panelAt: Value, column: Value) => {
        const image = row.divU(outHeight).mul(height);
        const top = row.remU(outHeight).mul(strides[0]);
        const from = b.let(x.add(image.add(top).mul(width * inPixel * 4)));
        const tileWork = (pixel: Value) => {
          const tile = newTile(b, tileWidth, columns);
          if (conv.bias) fillTile(b, tile, b.let(bias.add(column.shl(2))));
          sumWindow(b, conv, tile, b.let(from.add(pixel.mul(strides[1] * inPixel * 4))), panelAt);
          const out = b.let(to.add(pixel.mul(pixelBytes)));
          storeTile(b, tile, out, pixelBytes, conv.activation);
        };
        // The last tile of a row overlaps the one before it: the same sums again, in the same order.
        const pixel = b.let(0);
        const last = outWidth - tileWidth;
        b.repeat(
          () => {
            tileWork(pixel);
            const next = b.let(pixel.add(tileWidth));
            b.set(next, next.gt(last).and(pixel.lt(last)).select(b.i32(last), next));
            b.set(pixel, next);
          },
          () => pixel.le(last),
        );
      };
      const overPanels = (body: (columns: number, panelAt: Value, column: Value) => void) => {
        const column = b.let(0);
        const panelAt = b.let(panels);
        if (filters >= panel) {
          b.repeat(
            () => {
              body(panel, panelAt, column);
              b.set(column, column.add(panel));
              b.set(panelAt, panelAt.add(depth * panel * 4));
            },
            () => column.le(filters - panel),
          );
        }
        if (filters % panel) body(filters % panel, panelAt, column);
      };
      const rowsOf = (firstRow: Value, endRow: Value, to: (row: Value) => Value): void =>
        overPanels((columns, panelAt, column) =>
          b.for(firstRow, endRow, 1, (row) =>
            rowWork(row, b.let(to(row).add(column.shl(2))), columns, panelAt, column),
          ),
        );
      if (!isPooled) {
        rowsOf(first, end, (row) => y.add(row.mul(outWidth * pixelBytes)));
        return;
      }
      b.for(first, end, 2, (row) => {
        rowsOf(row, b.let(row.add(2)), (r) => b.scratch.add(r.sub(row).mul(outWidth * pixelBytes)));
        const offset = b.let(row.mul((outWidth / 4) * pixelBytes));
        const place = pooling === 'places' ? b.let(places.add(offset)) : null;
        writeMaxima(b, conv, b.let(pooled.add(offset)), place);
      });
    },
  };
}

/** The maxima of two rows that lie in the thread's memory, and their places. */
function writeMaxima(
  b: KernelBuilder,
  { outWidth, filters }: FramedConv,
  maxima: Value,
  places: Value | null,
): void {
  const pixelBytes = filters * 4;
  b.for(0, outWidth / 2, 1, (x) => {
    const square = b.let(b.scratch.add(x.mul(2 * pixelBytes)));
    const at = b.let(x.mul(pixelBytes));
    overChannels(b, filters, (offset, lanes) => {
      const cells = [0, 1, outWidth, outWidth + 1].map((pixel) =>
        b.let(b.loadFirst(lanes, square.add(offset), pixel * pixelBytes)),
      );
      const to = b.let(at.add(offset));
      const { maximum, place } = maximumOf(b, cells, places !== null);
      b.storeFirst(lanes, maxima.add(to), 0, maximum);
      if (places && place) b.storeFirst(lanes, places.add(to), 0, place);
    });
  });
}

/** Adds the products of one window to each pixel of the tile. */
function sumWindow(
  b: KernelBuilder,
  conv: FramedConv,
  tile: Tile,
  from: Value,
  panel: Value,
): void {
  const { kernelHeight, kernelWidth, channels, width, inPixel, strides, dilation } = conv;
  // Along a row of the window, channels of neighbouring pixels follow each other unless something keeps them apart.
  const joined = dilation[1] === 1 && inPixel === channels;
  const segments = joined ? 1 : kernelWidth;
  const segment = joined ? kernelWidth * channels : channels;
  const rowBytes = dilation[0] * width * inPixel * 4;
  const tapBytes = dilation[1] * inPixel * 4;
  const left = b.let(from);
  const right = b.let(panel);
  const factors = {
    left,
    right,
    leftRow: strides[1] * inPixel * 4,
    leftStep: 4,
    rightStep: panelColumns(b.target) * 4,
    padded: true,
  };
  if (kernelHeight * segments * segment <= mostUnrolled) {
    for (let ky = 0; ky < kernelHeight; ky++) {
      for (let s = 0; s < segments; s++) {
        b.set(left, from.add(ky * rowBytes + s * tapBytes));
        for (let i = 0; i < segment; i++) accumulate(b, tile, factors, 1);
      }
    }
    return;
  }
  b.for(0, kernelHeight, 1, () => {
    if (segments === 1) accumulate(b, tile, factors, segment);
    else {
      b.for(0, segments, 1, () => {
        accumulate(b, tile, factors, segment);
        b.set(left, left.add(tapBytes - segment * 4));
      });
    }
    b.set(left, left.add(rowBytes - (segments === 1 ? segment * 4 : segments * tapBytes)));
  });
}
