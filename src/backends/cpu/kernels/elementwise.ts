import { dtypes, sizeOf, type View } from '../../../tensor/index.ts';
import type { Kernel } from '../../kernels.ts';
import { BLOCK, Cursor, memoryOrder } from '../cursor.ts';
import { programFor } from '../formula-program.ts';
import { isComplex } from './complex.ts';
import { complexElementwise } from './complex-elementwise.ts';

/** Whole numbers of up to 32 bits, whose arithmetic wraps around. */
const wraps = ({ dtype }: View): boolean => dtypes[dtype].kind !== 'float' && dtype !== 'int64';

export const elementwise: Kernel<'elementwise'> = (inputs, outputs, attributes) => {
  const views = [...inputs, ...outputs];
  if (views.some(isComplex)) {
    complexElementwise(inputs, outputs, attributes);
    return;
  }
  const size = sizeOf(outputs[0].shape);
  if (size === 0) return;
  const order = memoryOrder(outputs[0]);
  const program = programFor(attributes.formulas, views.every(wraps));
  const readers = inputs.map((view) => new Cursor(view, order));
  const writers = outputs.map((view) => new Cursor(view, order));
  program.prepare(Math.min(size, BLOCK));
  for (let done = 0; done < size; done += BLOCK) {
    const n = Math.min(BLOCK, size - done);
    for (let i = 0; i < readers.length; i++) {
      const target = program.inputs[i];
      if (target) readers[i].read(target, n);
    }
    program.run(n);
    for (let i = 0; i < writers.length; i++) writers[i].write(program.outputs[i], n);
  }
};
