import { sizeOf } from '../../../tensor/index.ts';
import type { Kernel, ScanAttributes } from '../../kernels.ts';
import { Cursor, rowsAlong } from '../cursor.ts';

const starts: Readonly<Record<ScanAttributes['op'], number>> = {
  sum: 0,
  prod: 1,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};

const combine: Readonly<Record<ScanAttributes['op'], (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  prod: (a, b) => a * b,
  max: Math.max,
  min: Math.min,
};

export const scan: Kernel<'scan'> = ([x], [y], { op, axis, exclusive, reverse }) => {
  const order = rowsAlong(axis, x.shape.length);
  const reader = new Cursor(x, order);
  const writer = new Cursor(y, order);
  const size = sizeOf(x.shape);
  const length = x.shape[axis];
  const row = new Float64Array(length);
  const f = combine[op];
  for (let done = 0; done < size; done += length) {
    reader.read(row, length);
    let sum = starts[op];
    for (let k = 0; k < length; k++) {
      const i = reverse ? length - 1 - k : k;
      const next = f(sum, row[i]);
      row[i] = exclusive ? sum : next;
      sum = next;
    }
    writer.write(row, length);
  }
};
