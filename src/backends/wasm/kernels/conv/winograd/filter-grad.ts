import { type KernelBuilder, panelColumns, type Value } from '../../../builder/index.ts';
import type { KernelSpec, PhaseList } from '../../../phases.ts';
import { overChannels } from '../../channels.ts';
import { up } from '../../layout.ts';
import { plain, reduceColumns } from '../../reduce.ts';
import { accumulate, loadTile, newTile, storeTile } from '../../tile.ts';
import { describe } from '../geometry.ts';
import {
  edgeBytes,
  frequencies,
  planeBytes,
  type Sizes,
  sizesOf,
  transformInput,
  type WinogradConv,
} from './pieces.ts';
import { filterGradientLine, gradientLine, transformSquare } from './transforms.ts';

/**
 * dFilter = G' [sum over pieces of (B' d B)' (A dy A')] G, by slices of the images with sums of their own, added in a
 * fixed order. `dy` lies in frames that the pieces cover.
 */
export function emitWinogradFilterGrad(
  conv: WinogradConv,
  x: number,
  dy: number,
  out: number,
  phases: PhaseList,
): void {
  const sizes = sizesOf(conv, phases.target);
  const size = frequencies * sizes.channelRow * sizes.filterRow;
  const tasks = Math.ceil(sizes.pieces / sizes.perTask);
  const slices = Math.max(
    1,
    Math.min(
      16,
      tasks,
      Math.floor(2 ** 22 / (frequencies * up(conv.channels, 16) * up(conv.filters, 32))),
    ),
  );
  const tasksPerSlice = Math.ceil(tasks / slices);
  const used = Math.ceil(tasks / tasksPerSlice);
  const partial = phases.scratch(used * size * 4);
  phases.run(filterGradKernel(conv, sizes, tasksPerSlice, tasks), [x, dy, partial], used);
  let total = partial;
  if (used > 1) {
    total = phases.scratch(size * 4);
    reduceColumns(plain({ op: 'sum' }), 1, used, size, [partial], total, phases);
  }
  phases.run(filterGradTransform(conv, sizes), [total, out], conv.channels);
}

function filterGradKernel(
  conv: WinogradConv,
  sizes: Sizes,
  blocksPerSlice: number,
  blocks: number,
): KernelSpec {
  const { step, perTask, channelRow, filterRow, down, across, pieces } = sizes;
  const transformedBytes = frequencies * planeBytes(perTask, channelRow);
  const gradientPlane = planeBytes(perTask, filterRow);
  const dyHeight = down * step;
  const dyWidth = across * step;
  return {
    key: `winogradFilterGrad|${describe(conv)}|${blocksPerSlice}`,
    scratch: transformedBytes + frequencies * gradientPlane + edgeBytes(conv),
    write: (b) => {
      const [x, dy, out] = [b.arg(0), b.arg(1), b.arg(2)];
      const transformed = b.let(b.scratch);
      const gradients = b.let(b.scratch.add(transformedBytes));
      const edge = b.let(gradients.add(frequencies * gradientPlane));
      const sums = b.let(out.add(b.task.mul(frequencies * channelRow * filterRow * 4)));
      const firstBlock = b.let(b.task.mul(blocksPerSlice));
      const lastBlock = b.let(firstBlock.add(blocksPerSlice));
      b.set(lastBlock, lastBlock.lt(blocks).select(lastBlock, b.i32(blocks)));
      b.for(firstBlock, lastBlock, 1, (block) => {
        const first = b.let(block.mul(perTask));
        const count = b.let(b.i32(pieces).sub(first));
        b.set(count, count.lt(perTask).select(count, b.i32(perTask)));
        b.for(0, count, 1, (local) => {
          const index = b.let(first.add(local));
          const image = b.let(index.divU(down * across));
          const top = b.let(index.divU(across).remU(down).mul(step));
          const left = b.let(index.remU(across).mul(step));
          transformInput(b, conv, sizes, x, { image, top, left }, edge, transformed, local);
          const from = b.let(
            dy.add(
              image
                .mul(dyHeight)
                .add(top)
                .mul(dyWidth)
                .add(left)
                .mul(conv.filters * 4),
            ),
          );
          const to = b.let(gradients.add(local.mul(filterRow * 4)));
          overChannels(b, conv.filters, (offset, lanes) => {
            const at = b.let(from.add(offset));
            const target = b.let(to.add(offset));
            transformSquare(
              b,
              step,
              gradientLine(conv.kernel),
              (r, c) => b.loadFirst(lanes, at, (r * dyWidth + c) * conv.filters * 4),
              (r, c, value) => b.store(target, (r * 6 + c) * gradientPlane, value),
            );
          });
        });
        addProducts(
          b,
          sizes,
          conv.channels,
          block.eq(firstBlock),
          count,
          transformed,
          gradients,
          sums,
        );
      });
    },
  };
}

/** dU[f] (+)= V[f]' dM[f]: rows are channels, columns filters, summed over `count` pieces. */
function addProducts(
  b: KernelBuilder,
  sizes: Sizes,
  channels: number,
  isFirst: Value,
  count: Value,
  left: Value,
  right: Value,
  out: Value,
): void {
  const { perTask, channelRow, filterRow } = sizes;
  const panel = panelColumns(b.target);
  const begins = b.let(isFirst);
  const { tileRows } = b.target;
  const leftAt = b.let(left);
  const rightAt = b.let(right);
  const outAt = b.let(out);
  b.for(0, frequencies, 1, () => {
    b.for(0, filterRow, panel, (column) => {
      b.for(0, up(channels, tileRows), tileRows, (row) => {
        const tile = newTile(b, tileRows, panel);
        const to = b.let(outAt.add(row.mul(filterRow * 4)).add(column.shl(2)));
        b.if(begins.eq(0), () => loadTile(b, tile, to, filterRow * 4));
        const factors = {
          left: b.let(leftAt.add(row.shl(2))),
          leftRow: 4,
          leftStep: channelRow * 4,
          right: b.let(rightAt.add(column.shl(2))),
          rightStep: filterRow * 4,
          padded: true,
        };
        b.if(
          count.eq(perTask),
          () => accumulate(b, tile, factors, perTask),
          () => accumulate(b, tile, factors, count),
        );
        storeTile(b, tile, to, filterRow * 4);
      });
    });
    b.set(leftAt, leftAt.add(planeBytes(perTask, channelRow)));
    b.set(rightAt, rightAt.add(planeBytes(perTask, filterRow)));
    b.set(outAt, outAt.add(channelRow * filterRow * 4));
  });
}

/** One task a channel: dFilter[ky, kx, c, o] from dU. */
function filterGradTransform(conv: WinogradConv, sizes: Sizes): KernelSpec {
  const { channelRow, filterRow } = sizes;
  const { kernel, channels, filters } = conv;
  return {
    key: `winogradFilterGradTransform|${kernel}|${channels}|${filters}`,
    write: (b) => {
      const from = b.let(b.arg(0).add(b.task.mul(filterRow * 4)));
      const to = b.let(b.arg(1).add(b.task.mul(filters * 4)));
      overChannels(b, filters, (offset, lanes) => {
        const at = b.let(from.add(offset));
        const target = b.let(to.add(offset));
        transformSquare(
          b,
          6,
          filterGradientLine(kernel),
          (r, c) => b.load('f32v', at, (r * 6 + c) * channelRow * filterRow * 4),
          (r, c, value) =>
            b.storeFirst(lanes, target, (r * kernel + c) * channels * filters * 4, value),
        );
      });
    },
  };
}
