import type { KernelSpec, PhaseList } from '../../phases.ts';
import type { ConvShape } from '../conv-geometry.ts';

/**
 * Shares of non-zero elements, in 1/64, up to which skipping costs less than Winograd's method: it gains less from large
 * kernels.
 */
const sparseShare = ({ kernelHeight, kernelWidth }: ConvShape): number =>
  kernelHeight * kernelWidth > 9 ? 24 : 14;
/** One in so many blocks of elements is counted. */
const countedBlocks = 8;
const blockSize = 2048;

/** Emits a flag that is 1 in runs in which dy is sparse enough, else 0; gives its address. */
export function emitSparseFlag(shape: ConvShape, dy: number, phases: PhaseList): number {
  const size = shape.images * shape.outHeight * shape.outWidth * shape.filters;
  const counts = Math.ceil(size / (blockSize * countedBlocks));
  const rest = size - (counts - 1) * blockSize * countedBlocks;
  const counted = (counts - 1) * blockSize + Math.min(rest, blockSize);
  const partial = phases.scratch(counts * 4);
  const flag = phases.scratch(4);
  phases.run(countKernel, [dy, size, partial], counts);
  phases.run(
    flagKernel,
    [partial, counts, Math.floor((counted * sparseShare(shape)) / 64), flag],
    1,
  );
  return flag;
}

/** Task t counts the non-zero elements of one block. */
const countKernel: KernelSpec = {
  key: 'countNonZero',
  write: (b) => {
    const start = b.let(b.task.mul(blockSize * countedBlocks));
    const left = b.let(b.arg(1).sub(start));
    b.set(left, left.lt(blockSize).select(left, b.i32(blockSize)));
    const at = b.let(b.arg(0).add(start.shl(2)));
    const count = b.let(b.i32(0));
    const lanes = b.let(b.constant('i32v', 0));
    b.if(left.ge(b.lanes), () =>
      b.repeat(
        () => {
          const zero = b.load('f32v', at).eq(0);
          b.set(lanes, lanes.add(zero.select(b.constant('i32v', 0), b.constant('i32v', 1))));
          b.set(at, at.add(b.vectorBytes));
          b.set(left, left.sub(b.lanes));
        },
        () => left.ge(b.lanes),
      ),
    );
    for (let i = 0; i < b.lanes; i++) b.set(count, count.add(lanes.lane(i)));
    b.if(left.gt(0), () =>
      b.repeat(
        () => {
          b.set(count, count.add(b.load('f32', at).ne(0)));
          b.set(at, at.add(4));
          b.set(left, left.sub(1));
        },
        () => left.gt(0),
      ),
    );
    b.store(b.arg(2).add(b.task.shl(2)), 0, count);
  },
};

const flagKernel: KernelSpec = {
  key: 'sparseFlag',
  write: (b) => {
    const [partial, counts, limit, flag] = [0, 1, 2, 3].map((i) => b.arg(i));
    const sum = b.let(b.i32(0));
    b.for(0, counts, 1, (i) => b.set(sum, sum.add(b.load('i32', b.let(partial.add(i.shl(2)))))));
    b.store(flag, 0, sum.le(limit));
  },
};
