import { panelColumns, type Value } from '../../builder/index.ts';
import type { KernelSpec, PhaseList } from '../../phases.ts';
import { plain, reduceColumns } from '../reduce.ts';
import { accumulate, loadTile, newTile, storeTile } from '../tile.ts';
import { type ConvShape, describe } from './geometry.ts';
import { imagesPerSlice } from './image-slices.ts';

/** Elements of x and dy that a block of rows may hold, so that it stays in the first-level cache. */
const cacheElements = 6144;

/**
 * dFilter[ky, kx, c, o] = sum over pixels of x[…] dy[…], x framed. Slices of the images have sums
 * of their own, which are then added in a fixed order.
 */
export function emitFilterGrad(
  shape: ConvShape,
  x: number,
  dy: number,
  out: number,
  phases: PhaseList,
): void {
  const { images, kernelHeight, kernelWidth, channels, filters, groups } = shape;
  const size = kernelHeight * kernelWidth * channels * filters * groups;
  // Where nothing lies between the taps of a row, they are one long row of channels.
  const joined = shape.dilation[1] === 1 && shape.inPixel === channels;
  const rows = joined ? kernelWidth * channels : channels;
  const taps = kernelHeight * (joined ? 1 : kernelWidth) * groups;
  const perSlice = imagesPerSlice(shape);
  const used = Math.ceil(images / perSlice);
  const target = used === 1 ? out : phases.scratch(used * size * 4);
  phases.run(filterGradKernel(shape, rows, joined, perSlice), [x, dy, target], used * taps);
  if (used > 1) reduceColumns(plain({ op: 'sum' }), 1, used, size, [target], out, phases);
}

/** Task t: tap t % taps (ky, and kx and the group where they are apart) of slice t / taps. */
function filterGradKernel(
  shape: ConvShape,
  rows: number,
  joined: boolean,
  perSlice: number,
): KernelSpec {
  const {
    images,
    height,
    width,
    channels,
    filters,
    kernelHeight,
    kernelWidth,
    outHeight,
    outWidth,
    strides,
    dilation,
    groups,
    inPixel,
    outPixel,
  } = shape;
  const allFilters = filters * groups;
  const tapsX = joined ? 1 : kernelWidth;
  const blockRows = Math.max(
    1,
    Math.floor(cacheElements / (outWidth * (channels * strides[1] + filters))),
  );
  return {
    key: `convFilterGrad|${describe(shape)}|${[rows, joined, perSlice]}`,
    write: (b) => {
      const [x, dy, out] = [b.arg(0), b.arg(1), b.arg(2)];
      const tap = b.let(b.task.remU(kernelHeight * tapsX * groups));
      const slice = b.let(b.task.divU(kernelHeight * tapsX * groups));
      const group = b.let(tap.divU(kernelHeight * tapsX));
      const ky = b.let(tap.remU(kernelHeight * tapsX).divU(tapsX));
      const kx = b.let(tap.remU(tapsX));
      const size = kernelHeight * kernelWidth * channels * allFilters;
      const target = b.let(
        out
          .add(slice.mul(size * 4))
          .add(
            ky
              .mul(kernelWidth)
              .add(kx)
              .mul(channels * allFilters * 4),
          )
          .add(group.mul(filters * 4)),
      );
      const window = b.let(
        x
          .add(ky.mul(dilation[0] * width * inPixel * 4))
          .add(kx.mul(dilation[1] * inPixel * 4))
          .add(group.mul(channels * 4)),
      );
      const gradient = b.let(dy.add(group.mul(filters * 4)));
      const firstImage = b.let(slice.mul(perSlice));
      const lastImage = b.let(firstImage.add(perSlice));
      b.set(lastImage, lastImage.lt(images).select(lastImage, b.i32(images)));
      const panel = panelColumns(b.target);
      const { tileRows } = b.target;

      /** Adds the products of output rows [from, to) of an image to one tile; the first block starts it. */
      const tileWork = (
        image: Value,
        from: Value,
        to: Value,
        tileHeight: number,
        columns: number,
        row: Value,
        column: Value,
      ) => {
        const tile = newTile(b, tileHeight, columns);
        const at = b.let(target.add(row.mul(allFilters * 4)).add(column.shl(2)));
        b.if(image.ne(firstImage).or(from.ne(0)), () => loadTile(b, tile, at, allFilters * 4));
        const left = b.let(
          window
            .add(
              image
                .mul(height)
                .add(from.mul(strides[0]))
                .mul(width * inPixel * 4),
            )
            .add(row.shl(2)),
        );
        const right = b.let(
          gradient
            .add(
              image
                .mul(outHeight)
                .add(from)
                .mul(outWidth * outPixel * 4),
            )
            .add(column.shl(2)),
        );
        const factors = {
          left,
          right,
          leftRow: 4,
          leftStep: strides[1] * inPixel * 4,
          rightStep: outPixel * 4,
          padded: false,
        };
        b.for(from, to, 1, () => {
          accumulate(b, tile, factors, outWidth);
          b.set(left, left.add((strides[0] * width - strides[1] * outWidth) * inPixel * 4));
        });
        storeTile(b, tile, at, allFilters * 4);
      };

      b.for(firstImage, lastImage, 1, (image) => {
        b.for(0, outHeight, blockRows, (from) => {
          const to = b.let(from.add(blockRows));
          b.set(to, to.lt(outHeight).select(to, b.i32(outHeight)));
          const columnWork = (column: Value, columns: number) => {
            const whole = Math.floor(rows / tileRows) * tileRows;
            if (whole) {
              b.for(0, whole, tileRows, (row) =>
                tileWork(image, from, to, tileRows, columns, row, column),
              );
            }
            if (rows % tileRows)
              tileWork(image, from, to, rows % tileRows, columns, b.i32(whole), column);
          };
          const whole = Math.floor(filters / panel) * panel;
          if (whole) b.for(0, whole, panel, (column) => columnWork(column, panel));
          if (filters % panel) columnWork(b.i32(whole), filters % panel);
        });
      });
    },
  };
}
