import type { KernelSpec, PhaseList } from '../../../phases.ts';
import { type ConvShape, describe } from '../geometry.ts';
import type { ElementSource } from './elements.ts';
import { suitsSparse } from './framed-images.ts';

/**
 * Shares of non-zero elements, in 1/64, up to which skipping costs less than Winograd's method: it gains less from large
 * kernels.
 */
const sparseShare = ({ kernelHeight, kernelWidth }: ConvShape): number =>
  kernelHeight * kernelWidth > 9 ? 24 : 14;
/** One in so many pairs of rows is counted. */
const countedPairs = 8;

/** Emits a flag that is 1 in runs in which dy is sparse enough, else 0; gives its address. */
function emitSparseFlag(shape: ConvShape, source: ElementSource, phases: PhaseList): number {
  const { images, outHeight, outWidth, filters } = shape;
  const rows = images * outHeight;
  const counts = Math.ceil(rows / (2 * countedPairs));
  const last = Math.min(2, rows - (counts - 1) * 2 * countedPairs);
  const counted = ((counts - 1) * 2 + last) * outWidth * filters;
  const partial = phases.scratch(counts * 4);
  const flag = phases.scratch(4);
  const kernel: KernelSpec = {
    key: `countNonZero|${describe(shape)}|${source.key}`,
    write: (b) => {
      const addresses = source.addresses.map((_, i) => b.arg(1 + i));
      const elements = source.read(b, addresses, b.scratch);
      const count = elements.count(b.let(b.task.mul(countedPairs)));
      b.store(b.let(b.arg(0).add(b.task.shl(2))), 0, count);
    },
  };
  phases.run(kernel, [partial, ...source.addresses], counts);
  phases.run(
    flagKernel,
    [partial, counts, Math.floor((counted * sparseShare(shape)) / 64), flag],
    1,
  );
  return flag;
}

const flagKernel: KernelSpec = {
  key: 'sparseFlag',
  write: (b) => {
    const [partial, counts, limit, flag] = [0, 1, 2, 3].map((i) => b.arg(i));
    const sum = b.let(b.i32(0));
    b.for(0, counts, 1, (i) => b.set(sum, sum.add(b.load('i32', b.let(partial.add(i.shl(2)))))));
    b.store(flag, 0, sum.le(limit));
  },
};

/** Emits both ways, and a count of dy's elements that picks one of them in each run. */
export function byCounting(
  shape: ConvShape,
  source: ElementSource,
  phases: PhaseList,
  emit: (sparse: boolean) => void,
): void {
  if (!suitsSparse(shape)) {
    emit(false);
    return;
  }
  const flag = emitSparseFlag(shape, source, phases);
  phases.when(flag, 1, () => emit(true));
  phases.when(flag, 0, () => emit(false));
}
