import { sizeOf } from '../../../tensor/index.ts';
import type { Kernel } from '../../kernels.ts';
import { complexElements, evaluateComplex } from './complex.ts';

/**
 * `elementwise` where a view is complex64: formulas are computed in complex numbers, element by element. Storing a
 * complex number in a real tensor drops the imaginary part, as NumPy does.
 */
export const complexElementwise: Kernel<'elementwise'> = (inputs, outputs, { formulas }) => {
  const sources = inputs.map(complexElements);
  const targets = outputs.map(complexElements);
  const size = sizeOf(outputs[0].shape);
  for (let i = 0; i < size; i++) {
    const values = sources.map((source) => source.read(i));
    const results = formulas.map((formula) => evaluateComplex(formula, values));
    for (let j = 0; j < results.length; j++) targets[j].write(i, results[j]);
  }
};
