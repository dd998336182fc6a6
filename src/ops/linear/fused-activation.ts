import { constant, type Expr, input } from '../../expr/index.ts';
import { type Tensor, ValueError } from '../../tensor/index.ts';
import { elementwise } from '../elementwise/elementwise.ts';
import { formulaOf } from '../elementwise/formulas.ts';

/** An activation that a kernel applies before it stores its result. */
interface FusedActivation {
  /** Of the sum with the bias. */
  readonly formula: Expr;
  /** The derivative, from the activation's result alone: the sum is not kept. */
  readonly slope: (y: Expr) => Expr;
}

const x = input(0);
const small = x.abs().neg().exp();

/**
 * Activations that `matmul`, `dense` and the convolutions can apply: those whose derivative their
 * result tells.
 */
const fusedActivations = {
  relu: { formula: x.max(0), slope: (y) => y.gt(0) },
  relu6: { formula: x.max(0).min(6), slope: (y) => y.gt(0).mul(y.lt(6)) },
  leakyRelu: {
    formula: x.gt(0).select(x, x.mul(0.2)),
    slope: (y) => y.gt(0).select(1, 0.2),
  },
  elu: { formula: x.gt(0).select(x, x.expm1()), slope: (y) => y.gt(0).select(1, y.add(1)) },
  sigmoid: {
    formula: x.ge(0).select(1, small).div(small.add(1)),
    slope: (y) => y.mul(constant(1).sub(y)),
  },
  tanh: { formula: x.tanh(), slope: (y) => constant(1).sub(y.square()) },
} as const satisfies Record<string, FusedActivation>;

/** The gradient times the slope, from the gradient and the activation's result. */
const slopes = Object.fromEntries(
  Object.entries(fusedActivations).map(([name, { slope }]) => [
    name,
    formulaOf((g, y) => g.mul(slope(y))),
  ]),
) as Record<keyof typeof fusedActivations, Expr>;

/** The name of an activation that a kernel can apply to its result. */
export type FusedActivationName = keyof typeof fusedActivations;

/** Whether `matmul`, `dense` and the convolutions can apply the activation of this name. */
export const isFusedActivation = (name: string): name is FusedActivationName =>
  Object.hasOwn(fusedActivations, name);

/** The formula of a fused activation, null for none. */
export function activationFormula(op: string, name: string | null | undefined): Expr | null {
  if (name === null || name === undefined || name === 'linear') return null;
  if (!isFusedActivation(name)) {
    throw new ValueError(
      `${op}: activation '${name}' cannot be fused; known: ` +
        `${Object.keys(fusedActivations).join(', ')}; apply others to the result`,
    );
  }
  return fusedActivations[name].formula;
}

/** The gradient before the activation, from that behind it and the activation's result. */
export function beforeActivation(
  name: string | null | undefined,
  gradient: Tensor,
  result: Tensor,
): Tensor {
  if (!name || !isFusedActivation(name)) return gradient;
  return elementwise(`${name}Gradient`, slopes[name], [gradient, result]);
}
