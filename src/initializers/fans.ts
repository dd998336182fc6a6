import { normalizeAxes, type Shape, sizeOf } from '../tensor/index.ts';

type Axes = number | readonly number[] | null;

/**
 * How many numbers go into and come out of one unit of a weight, as Keras counts: a matrix is [inputs, outputs], a
 * filter [...window, inputs, outputs]. Axes may be named for other layouts.
 */
export function computeFans(
  shape: Shape,
  inputAxes: Axes = null,
  outputAxes: Axes = null,
): { fanIn: number; fanOut: number } {
  if (inputAxes !== null || outputAxes !== null) {
    const [inputs, outputs] = [inputAxes ?? [], outputAxes ?? []].map((axes) =>
      normalizeAxes('VarianceScaling', axes, shape.length),
    );
    const size = (axes: readonly number[]): number => sizeOf(axes.map((axis) => shape[axis]));
    const rest = shape.map((_, i) => i).filter((i) => !inputs.includes(i) && !outputs.includes(i));
    const window = size(rest);
    return { fanIn: size(inputs) * window, fanOut: size(outputs) * window };
  }
  if (shape.length < 2) {
    const n = shape[0] ?? 1;
    return { fanIn: n, fanOut: n };
  }
  const window = sizeOf(shape.slice(0, -2));
  const [inputs, outputs] = shape.slice(-2);
  return { fanIn: window * inputs, fanOut: window * outputs };
}
