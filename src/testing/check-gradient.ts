import { gradients } from '../autograd/index.ts';
import { add, asTensor, cast, fromData, mul, sum, type TensorLike } from '../ops/index.ts';
import { GradusError, isFloat, type Tensor } from '../tensor/index.ts';

/** Options of `checkGradient`. */
export interface GradientCheckOptions {
  /** 2 checks the gradient of the gradient too. */
  readonly order?: 1 | 2;
  /** Distance of the finite differences, times the size of the number where that is above 1. */
  readonly step?: number;
  /** Difference allowed, as a share of the gradient's size where that is above 1. */
  readonly tolerance?: number;
}

type TensorFunction = (...inputs: Tensor[]) => Tensor;

/**
 * Compares the gradient of a function of tensors with finite differences in float64, and throws a
 * GradusError that names the input and the element where they differ. A result that is no scalar is
 * weighted with fixed numbers and summed. Inputs that are not of floating point are passed through.
 * @example checkGradient((x, w) => matmul(x, w).tanh(), [[[1, 2]], [[3], [4]]], { order: 2 });
 */
export function checkGradient(
  f: TensorFunction,
  inputs: readonly TensorLike[],
  { order = 1, step = 1e-5, tolerance = 1e-6 }: GradientCheckOptions = {},
): void {
  const points = inputs.map((x) => {
    const tensor = asTensor('checkGradient', x);
    return isFloat(tensor.dtype) ? cast(tensor, 'float64').detach() : tensor;
  });
  const scalar = (...xs: Tensor[]): Tensor => weighted(f(...xs));
  compare('gradient', scalar, points, step, tolerance);
  if (order === 2) {
    const slope = (...xs: Tensor[]): Tensor =>
      differentiated(scalar, xs, true)
        .flatMap((g) => (g ? [weighted(g)] : []))
        .reduce((a, b) => add(a, b), fromData(Float64Array.of(0), []));
    compare('second gradient', slope, points, step, tolerance);
  }
}

/** A scalar in which each element of `y` has a weight of its own. */
function weighted(y: Tensor): Tensor {
  const weights = Float64Array.from({ length: y.size }, (_, i) => 0.5 + ((i * 0.618034) % 1));
  return sum(mul(y, fromData(weights, y.shape)));
}

/**
 * Gradients of a scalar function with respect to its floating-point inputs; null for others and
 * unused ones.
 */
function differentiated(
  f: TensorFunction,
  points: readonly Tensor[],
  createGraph: boolean,
): (Tensor | null)[] {
  const leaves = points.map((x) => {
    if (x.requiresGrad || !isFloat(x.dtype)) return x;
    const leaf = x.detach();
    leaf.requiresGrad = true;
    return leaf;
  });
  const y = f(...leaves);
  if (!y.requiresGrad) return leaves.map(() => null);
  const wanted = leaves.filter((x) => x.requiresGrad);
  const found = gradients([y], wanted, { createGraph, allowUnused: true });
  return leaves.map((x) => (x.requiresGrad ? found[wanted.indexOf(x)] : null));
}

function compare(
  what: string,
  f: TensorFunction,
  points: readonly Tensor[],
  step: number,
  tolerance: number,
): void {
  const slopes = differentiated(f, points, false);
  points.forEach((point, index) => {
    if (!isFloat(point.dtype)) return;
    const data = Float64Array.from(point.dataSync());
    const slope = slopes[index]?.dataSync();
    for (let i = 0; i < data.length; i++) {
      const numeric = difference(f, points, index, data, i, step);
      const analytic = slope ? slope[i] : 0;
      const allowed = tolerance * Math.max(1, Math.abs(numeric), Math.abs(analytic));
      if (!(Math.abs(numeric - analytic) <= allowed)) {
        throw new GradusError(
          `checkGradient: ${what} of input ${index}, element ${i} (of shape [${point.shape}]): ` +
            `backward gives ${analytic}, finite differences ${numeric}`,
        );
      }
    }
  });
}

/** The central difference of the scalar function in one element of one input. */
function difference(
  f: TensorFunction,
  points: readonly Tensor[],
  index: number,
  data: Float64Array,
  i: number,
  step: number,
): number {
  const h = step * Math.max(1, Math.abs(data[i]));
  const at = (value: number): number => {
    const moved = fromData(data.with(i, value), points[index].shape);
    return f(...points.map((x, j) => (j === index ? moved : x))).item();
  };
  return (at(data[i] + h) - at(data[i] - h)) / (2 * h);
}
