import { GradusError, type Tensor } from '../tensor/index.ts';
import { gradients } from './backward.ts';
import { withGradients } from './tape.ts';

/**
 * The derivative of a function of tensors, as a function: `grad(f)(x)` is df/dx for a scalar f, with respect to
 * the first argument (or those that `argnums` names). It nests: `grad(grad(f))`.
 * @example const slope = grad((x) => x.tanh().mul(x)); slope(tensor(0.5));
 */
export function grad(f: (...args: Tensor[]) => Tensor): (...args: Tensor[]) => Tensor;
export function grad(
  f: (...args: Tensor[]) => Tensor,
  argnums: readonly number[],
): (...args: Tensor[]) => Tensor[];
export function grad(
  f: (...args: Tensor[]) => Tensor,
  argnums?: readonly number[],
): (...args: Tensor[]) => Tensor | Tensor[] {
  const positions = argnums ?? [0];
  return (...args) =>
    withGradients(true, () => {
      const nested = args.some((x) => x.requiresGrad);
      const inputs = args.map((x, i) => {
        if (!positions.includes(i) || x.node) return x;
        const leaf = nested && x.requiresGrad ? x : x.detach();
        leaf.requiresGrad = true;
        return leaf;
      });
      const wanted = positions.map((i) => inputs[i]);
      if (wanted.includes(undefined as unknown as Tensor)) {
        throw new GradusError(`grad: argument ${positions.join(', ')} was not passed`);
      }
      const y = f(...inputs);
      if (y.size !== 1) {
        throw new GradusError('grad: the function must return a scalar; use sum() or mean()');
      }
      const found = gradients([y], wanted, { createGraph: true, allowUnused: false }) as Tensor[];
      const results = nested ? found : found.map((g) => g.detach());
      return argnums ? results : results[0];
    });
}
