import { DTypeError, sizeOf } from '../../../tensor/index.ts';
import type { Kernel, Reduction } from '../../kernels.ts';
import { offsetsOf } from '../offsets.ts';
import { type Complex, complexElements, evaluateComplex } from './complex.ts';

const starts: Readonly<Partial<Record<Reduction, Complex>>> = {
  sum: [0, 0],
  prod: [1, 0],
  any: [0, 0],
  all: [1, 0],
};

/** `reduce` where a view is complex64: sums, products, any and all; complex numbers have no order. */
export const complexReduce: Kernel<'reduce'> = (inputs, [output], { op, formula, axes }) => {
  const start = starts[op];
  if (!start)
    throw new DTypeError(`${op}: complex numbers have no order; reduce abs(x) or real(x)`);
  const { shape } = inputs[0];
  const results = new Array<Complex>(sizeOf(output.shape)).fill(start);
  // The place of each element's result, in row-major order.
  let stride = 1;
  const strides = shape.map((_, i) => {
    const axis = shape.length - 1 - i;
    const own = axes.includes(axis) ? 0 : stride;
    if (own) stride *= shape[axis];
    return own;
  });
  const places = offsetsOf(shape, strides.reverse());
  const sources = inputs.map(complexElements);
  for (let i = 0; i < places.length; i++) {
    const value = evaluateComplex(
      formula,
      sources.map((source) => source.read(i)),
    );
    results[places[i]] = combine(op, results[places[i]], value);
  }
  const target = complexElements(output);
  for (let i = 0; i < results.length; i++) target.write(i, results[i]);
};

function combine(op: Reduction, [a, b]: Complex, [c, d]: Complex): Complex {
  const holds = c !== 0 || d !== 0;
  switch (op) {
    case 'sum':
      return [a + c, b + d];
    case 'prod':
      return [a * c - b * d, a * d + b * c];
    case 'any':
      return holds ? [1, 0] : [a, b];
    default:
      return holds ? [a, b] : [0, 0];
  }
}
