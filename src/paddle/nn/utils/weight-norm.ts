import { noGrad } from '../../../autograd/index.ts';
import { reshape } from '../../../ops/index.ts';
import { type Tensor as CoreTensor, ValueError } from '../../../tensor/index.ts';
import { Parameter } from '../../parameter.ts';
import { type Tensor, wrap } from '../../tensor.ts';
import { Normal } from '../initializer/random.ts';
import type { HookHandle, Layer } from '../layer.ts';
import { spectrallyNormalized } from '../spectral-norm.ts';

type Fields = Record<string, unknown>;

/** Hooks by layer and parameter, for taking them away. */
const hooks = new WeakMap<Layer, Map<string, { readonly handle: HookHandle; remove(): void }>>();

function parameterOf(op: string, layer: Layer, name: string): Parameter {
  const parameter = (layer as unknown as Fields)[name];
  if (parameter instanceof Parameter) return parameter;
  throw new ValueError(`${op}: ${layer.constructor.name} has no parameter '${name}'`);
}

function keepHook(layer: Layer, name: string, handle: HookHandle, remove: () => void): void {
  const own = hooks.get(layer) ?? new Map();
  if (own.has(name)) throw new ValueError(`'${name}' is normalized already`);
  own.set(name, { handle, remove });
  hooks.set(layer, own);
}

/** The length of a weight along all axes but `dim`; of all together for null. */
function lengthOf(v: CoreTensor, dim: number | null): CoreTensor {
  if (dim === null) return v.square().sum().sqrt();
  const axes = v.shape.map((_, axis) => axis).filter((axis) => axis !== dim);
  return v.square().sum(axes, { keepDims: true }).sqrt();
}

/**
 * Splits a weight into a length `weight_g` and a direction `weight_v`, which are learned in its place. Salimans and Kingma
 * 2016, https://arxiv.org/abs/1602.07868
 * @example nn.utils.weightNorm(new nn.Conv2D(3, 5, 3))
 */
export function weightNorm<T extends Layer>(layer: T, name = 'weight', dim: number | null = 0): T {
  const weight = parameterOf('weightNorm', layer, name);
  const fields = layer as unknown as Fields;
  const axis = dim === null || dim === -1 ? null : dim;
  const g = noGrad(() => {
    const length = lengthOf(weight.tensor, axis);
    return axis === null ? reshape(length, [1]) : reshape(length, [-1]);
  });
  const own = (suffix: string, value: CoreTensor): Parameter =>
    new Parameter(value.copy(), { name: `${weight.name}_${suffix}` });
  delete fields[name];
  layer.addParameter(`${name}_g`, own('g', g));
  layer.addParameter(`${name}_v`, own('v', weight.tensor.detach()));
  const compute = (): Tensor => {
    const [length, v] = [`${name}_g`, `${name}_v`].map((key) => (fields[key] as Parameter).tensor);
    const shape = axis === null ? [] : v.shape.map((n, i) => (i === axis ? n : 1));
    return wrap(v.mul(reshape(length, shape).div(lengthOf(v, axis))));
  };
  const handle = layer.registerForwardPreHook(() => {
    fields[name] = compute();
  });
  fields[name] = compute();
  keepHook(layer, name, handle, () => {
    const value = noGrad(() => compute().tensor);
    for (const key of [name, `${name}_g`, `${name}_v`]) delete fields[key];
    layer.addParameter(name, new Parameter(value, { name: weight.name }));
  });
  return layer;
}

/** Makes one parameter of length and direction again. */
export function removeWeightNorm<T extends Layer>(layer: T, name = 'weight'): T {
  const hook = hooks.get(layer)?.get(name);
  if (!hook) throw new ValueError(`removeWeightNorm: '${name}' was not split by weightNorm`);
  hook.handle.remove();
  hook.remove();
  hooks.get(layer)?.delete(name);
  return layer;
}

/**
 * Divides a weight by its greatest singular value before each call; `weight_orig` is learned in its place.
 */
export function spectralNorm<T extends Layer>(
  layer: T,
  name = 'weight',
  nPowerIterations = 1,
  eps = 1e-12,
  dim: number | null = null,
): T {
  const weight = parameterOf('spectralNorm', layer, name);
  const fields = layer as unknown as Fields;
  // Linear and transposed convolutions have their outputs in the second axis.
  const secondAxis = /^(Linear|Conv[123]DTranspose)$/.test(layer.constructor.name);
  const axis = dim ?? (secondAxis ? 1 : 0);
  const vector = (length: number, suffix: string): Parameter =>
    new Parameter(new Normal(0, 1).make([length], weight.dtype), {
      name: `${weight.name}_${suffix}`,
      trainable: false,
    });
  const u = vector(weight.shape[axis], 'u');
  const v = vector(weight.size / weight.shape[axis], 'v');
  delete fields[name];
  layer.addParameter(`${name}_orig`, weight);
  layer.registerBuffer(`${name}_u`, u);
  layer.registerBuffer(`${name}_v`, v);
  const compute = (powerIters: number): Tensor =>
    spectrallyNormalized(fields[`${name}_orig`] as Parameter, u, v, { dim: axis, powerIters, eps });
  const handle = layer.registerForwardPreHook(() => {
    fields[name] = compute(layer.training ? nPowerIterations : 0);
  });
  fields[name] = compute(nPowerIterations);
  keepHook(layer, name, handle, () => undefined);
  return layer;
}
