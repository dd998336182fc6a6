import { noGrad } from '../../../autograd/index.ts';
import { add, maximum } from '../../../ops/index.ts';
import { type Tensor as CoreTensor, GradusError, ValueError } from '../../../tensor/index.ts';
import { type Tensor, wrap } from '../../tensor.ts';

type OneOrMore = Tensor | Iterable<Tensor>;

const withGradient = (parameters: OneOrMore): Tensor[] => {
  const list = Symbol.iterator in parameters ? [...parameters] : [parameters as Tensor];
  return list.filter(({ grad }) => grad !== null);
};

const gradientOf = ({ grad }: Tensor): CoreTensor => (grad as Tensor).tensor;

/**
 * Shortens the gradients of parameters, taken together, to a length of `maxNorm`; gives the length that they had.
 * @example loss.backward(); nn.utils.clipGradNorm_(model.parameters(), 1); optimizer.step();
 */
export function clipGradNorm_(
  parameters: OneOrMore,
  maxNorm: number,
  normType = 2,
  errorIfNonfinite = false,
): Tensor {
  const list = withGradient(parameters);
  if (list.length === 0) throw new ValueError('clipGradNorm_: no parameter has a gradient');
  return noGrad(() => {
    const gradients = list.map(gradientOf);
    const total =
      normType === Number.POSITIVE_INFINITY
        ? gradients.map((g) => g.abs().max()).reduce((a, b) => maximum(a, b))
        : gradients
            .map((g) => (normType === 2 ? g.square() : g.abs().pow(normType)).sum())
            .reduce((a, b) => add(a, b))
            .pow(1 / normType);
    if (errorIfNonfinite && !Number.isFinite(total.item())) {
      throw new GradusError(`clipGradNorm_: the gradients' length is ${total.item()}`);
    }
    const factor = total.add(1e-6).reciprocal().mul(maxNorm).minimum(1);
    for (const parameter of list) parameter.grad = wrap(gradientOf(parameter).mul(factor));
    return wrap(total);
  });
}

/** Moves the elements of parameters' gradients into [-clipValue, clipValue]. */
export function clipGradValue_(parameters: OneOrMore, clipValue: number): void {
  const limit = Math.abs(clipValue);
  noGrad(() => {
    for (const parameter of withGradient(parameters)) {
      parameter.grad = wrap(gradientOf(parameter).clip(-limit, limit));
    }
  });
}
