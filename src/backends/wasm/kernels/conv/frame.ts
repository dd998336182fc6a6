import type { KernelSpec, PhaseList } from '../../phases.ts';
import { zero } from '../fill.ts';
import { type ConvShape, type Frame, isWhole, paddedFrame } from './geometry.ts';

/** Puts the images of a convolution's input into frames with its padding; gives the address and a frame's sizes. */
export function emitPadded(
  x: number,
  shape: ConvShape,
  phases: PhaseList,
): { readonly framed: number; readonly height: number; readonly width: number } {
  const { images, height, width, inPixel } = shape;
  const frame = paddedFrame(shape);
  const framed = emitFrames(x, images, height, width, inPixel, frame, phases);
  return { framed, height: frame.height, width: frame.width };
}

/** Puts images [n, h, w, c] into zeroed frames [n, H, W, c], unless they fill them already; gives the address. */
export function emitFrames(
  address: number,
  images: number,
  height: number,
  width: number,
  channels: number,
  frame: Frame,
  phases: PhaseList,
): number {
  if (isWhole(frame, height, width)) return address;
  const out = phases.scratch(images * frame.height * frame.width * channels * 4);
  const rowsPerTask = Math.ceil((images * frame.height) / 1024);
  phases.run(
    frameKernel(height, width, channels, frame, rowsPerTask),
    [address, out, images * frame.height],
    Math.ceil((images * frame.height) / rowsPerTask),
  );
  return out;
}

function frameKernel(
  height: number,
  width: number,
  channels: number,
  frame: Frame,
  rowsPerTask: number,
): KernelSpec {
  const { top, left, spread } = frame;
  const [spreadY, spreadX] = spread;
  // Columns of the source that land inside the frame.
  const firstColumn = left >= 0 ? 0 : Math.ceil(-left / spreadX);
  const lastColumn = Math.min(width, Math.ceil((frame.width - left) / spreadX));
  const columns = Math.max(0, lastColumn - firstColumn);
  return {
    key: `frame|${[height, width, channels, frame.height, frame.width, top, left, spread, rowsPerTask]}`,
    write: (b) => {
      const [source, target, rows] = [0, 1, 2].map((i) => b.arg(i));
      const first = b.let(b.task.mul(rowsPerTask));
      const end = b.let(first.add(rowsPerTask));
      b.set(end, end.lt(rows).select(end, rows));
      const rowBytes = frame.width * channels * 4;
      b.for(first, end, 1, (row) => {
        const out = b.let(target.add(row.mul(rowBytes)));
        zero(b, out, frame.width * channels);
        const y = b.let(row.remU(frame.height).sub(top));
        const sourceRow = b.let(spreadY === 1 ? y : y.divU(spreadY));
        const inside = y.ge(0).and(sourceRow.lt(height));
        const hits = spreadY === 1 ? inside : inside.and(y.remU(spreadY).eq(0));
        b.if(hits, () => {
          if (columns === 0) return;
          const image = row.divU(frame.height).mul(height);
          const from = b.let(
            source
              .add(image.add(sourceRow).mul(width * channels * 4))
              .add(firstColumn * channels * 4),
          );
          const to = b.let(out.add((left + firstColumn * spreadX) * channels * 4));
          if (spreadX === 1) copy(b, from, to, columns * channels);
          else {
            b.for(0, columns, 1, () => {
              copy(b, from, to, channels);
              b.set(to, to.add((spreadX - 1) * channels * 4));
            });
          }
        });
      });
    },
  };
}

type Builder = Parameters<KernelSpec['write']>[0];
type Pointer = ReturnType<Builder['let']>;

/** Copies `count` elements and moves both pointers behind them. */
function copy(b: Builder, from: Pointer, to: Pointer, count: number): void {
  const whole = Math.floor(count / b.lanes);
  if (whole) {
    b.for(0, whole, 1, () => {
      b.store(to, 0, b.load('f32v', from));
      b.set(from, from.add(b.vectorBytes));
      b.set(to, to.add(b.vectorBytes));
    });
  }
  const rest = count % b.lanes;
  if (rest) {
    b.storeFirst(rest, to, 0, b.loadFirst(rest, from));
    b.set(from, from.add(rest * 4));
    b.set(to, to.add(rest * 4));
  }
}
