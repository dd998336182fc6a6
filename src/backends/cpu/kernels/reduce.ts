import { sizeOf, type View } from '../../../tensor/index.ts';
import type { Kernel, Reduction } from '../../kernels.ts';
import { BLOCK, Cursor, fromNumbers, memoryOrder } from '../cursor.ts';
import { programFor } from '../formula-program.ts';
import { isComplex } from './complex.ts';
import { complexReduce } from './complex-reduce.ts';

export const reduce: Kernel<'reduce'> = (inputs, [output], attributes) => {
  if ([...inputs, output].some(isComplex)) {
    complexReduce(inputs, [output], attributes);
    return;
  }
  const { op, formula, axes } = attributes;
  const { shape } = inputs[0];
  const size = sizeOf(shape);
  const others = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const kept = memoryOrder(inputs[0], others);
  const reduced = memoryOrder(inputs[0], [...axes]);
  const results = new Float64Array(sizeOf(output.shape)).fill(starts[op]);
  if (size > 0) {
    // Reduced axes inside: one result after the other. Outside: all results grow at once.
    const inside = reducesInnermost(inputs[0], axes);
    const cursors = inputs.map(
      (v) => new Cursor(v, inside ? [...kept, ...reduced] : [...reduced, ...kept]),
    );
    const program = programFor([formula]);
    program.prepare(Math.min(size, BLOCK));
    const runLength = size / results.length;
    for (let done = 0; done < size; done += BLOCK) {
      const n = Math.min(BLOCK, size - done);
      for (let i = 0; i < cursors.length; i++) {
        const target = program.inputs[i];
        if (target) cursors[i].read(target, n);
      }
      program.run(n);
      const values = program.outputs[0];
      if (inside) combineRuns(op, values, n, results, done, runLength);
      else combineColumns(op, values, n, results, done);
    }
  }
  fromNumbers(output, results, [...kept, ...reduced]);
};

/** What reducing nothing gives. */
const starts: Readonly<Record<Reduction, number>> = {
  sum: 0,
  prod: 1,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
  any: 0,
  all: 1,
};

/** Whether neighbours in memory fall into one result. */
function reducesInnermost({ shape, strides }: View, axes: readonly number[]): boolean {
  const steps = shape.map((n, axis) =>
    n === 1 || strides[axis] === 0 ? Infinity : Math.abs(strides[axis]),
  );
  return axes.includes(steps.indexOf(Math.min(...steps)));
}

/** The block's elements belong, `runLength` at a time, to one result after the other. */
function combineRuns(
  op: Reduction,
  values: Float64Array,
  n: number,
  results: Float64Array,
  done: number,
  runLength: number,
): void {
  let result = Math.floor(done / runLength);
  let left = (result + 1) * runLength - done;
  for (let from = 0; from < n; ) {
    const to = Math.min(n, from + left);
    results[result] = foldRun(op, values, from, to, results[result]);
    left -= to - from;
    from = to;
    if (left === 0) {
      result++;
      left = runLength;
    }
  }
}

function foldRun(
  op: Reduction,
  values: Float64Array,
  from: number,
  to: number,
  sum: number,
): number {
  switch (op) {
    case 'sum': {
      // Four sums at once: faster, and more precise.
      let [a, b, c, d] = [0, 0, 0, 0];
      let i = from;
      for (; i + 3 < to; i += 4) {
        a += values[i];
        b += values[i + 1];
        c += values[i + 2];
        d += values[i + 3];
      }
      for (; i < to; i++) a += values[i];
      return sum + (a + b + (c + d));
    }
    case 'prod':
      for (let i = from; i < to; i++) sum *= values[i];
      return sum;
    case 'max':
      for (let i = from; i < to; i++) sum = Math.max(sum, values[i]);
      return sum;
    case 'min':
      for (let i = from; i < to; i++) sum = Math.min(sum, values[i]);
      return sum;
    case 'any':
      for (let i = from; i < to; i++) if (values[i] !== 0) return 1;
      return sum;
    case 'all':
      for (let i = from; i < to; i++) if (values[i] === 0) return 0;
      return sum;
  }
}

/** The block's elements belong to the results in turn, over and over. */
function combineColumns(
  op: Reduction,
  values: Float64Array,
  n: number,
  results: Float64Array,
  done: number,
): void {
  const columns = results.length;
  let at = done % columns;
  for (let from = 0; from < n; ) {
    const count = Math.min(n - from, columns - at);
    foldColumns(op, values, from, results, at, count);
    from += count;
    at = 0;
  }
}

function foldColumns(
  op: Reduction,
  values: Float64Array,
  from: number,
  results: Float64Array,
  at: number,
  count: number,
): void {
  switch (op) {
    case 'sum':
      for (let i = 0; i < count; i++) results[at + i] += values[from + i];
      break;
    case 'prod':
      for (let i = 0; i < count; i++) results[at + i] *= values[from + i];
      break;
    case 'max':
      for (let i = 0; i < count; i++) results[at + i] = Math.max(results[at + i], values[from + i]);
      break;
    case 'min':
      for (let i = 0; i < count; i++) results[at + i] = Math.min(results[at + i], values[from + i]);
      break;
    case 'any':
      for (let i = 0; i < count; i++) if (values[from + i] !== 0) results[at + i] = 1;
      break;
    case 'all':
      for (let i = 0; i < count; i++) if (values[from + i] === 0) results[at + i] = 0;
      break;
  }
}
