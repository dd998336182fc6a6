import { gradients, ops, type Tensor, tensor } from 'gradus';
import { flattenStructure, type Layer } from 'gradus/layers';
import { layerFromFile } from 'gradus/training';
import { type Case, type CaseFile, number } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { compare } from './compare.ts';
import { serializedOf } from './serialized.ts';

/** Inputs of a case as the layer's call takes them. */
function inputsOf(c: Case, file: CaseFile): { first: unknown; tensors: Tensor[]; rest: Tensor[] } {
  const tensors = (c.inputs ?? []).map((name: string) => file.tensor(name)) as Tensor[];
  if (c.inputs_json !== undefined) {
    // One entry for each input, as in `inputs`.
    const values = c.inputs_json as unknown[];
    if (c.call === 'list') return { first: values, tensors: [], rest: [] };
    const rest = c.call === 'args' ? (values.slice(1) as Tensor[]) : [];
    return { first: values[0], tensors: [], rest };
  }
  if (c.call === 'list') return { first: tensors, tensors, rest: [] };
  return { first: tensors[0], tensors, rest: c.call === 'args' ? tensors.slice(1) : [] };
}

/** Further tensor arguments: masks are booleans stored as numbers. */
function callTensors(c: Case, file: CaseFile): Record<string, unknown> {
  const asMask = (x: unknown): unknown =>
    Array.isArray(x) ? x.map(asMask) : x === null ? null : ops.cast(x as Tensor, 'bool');
  const entries = Object.entries((c.call_tensors ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    entries.map(([key, names]) => {
      const value = file.load(names);
      return [camelCase(key), key === 'mask' || key.endsWith('_mask') ? asMask(value) : value];
    }),
  );
}

export const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, next: string) => next.toUpperCase());

export const camelKeys = (options: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).map(([key, value]) => [camelCase(key), value]));

/** One layer: outputs, gradients, masks, losses and moving weights. */
export function layerCase(c: Case, file: CaseFile, checks: Checks): void {
  const layer = layerFromFile(serializedOf(c), c.id);
  if (c.adapt !== undefined) adapt(layer, file.tensor(c.adapt));
  if (c.adapt_json !== undefined) adapt(layer, c.adapt_json);
  const { first, tensors, rest } = inputsOf(c, file);
  for (const x of tensors) if (x.dtype.startsWith('float')) x.requiresGrad = true;
  const named = callTensors(c, file);
  const states = flattenStructure((named.initialState ?? []) as Tensor[]) as Tensor[];
  for (const state of states) state.requiresGrad = true;
  const options = {
    ...camelKeys(c.call_kwargs ?? {}),
    ...named,
    ...(c.training !== undefined && { training: c.training }),
  };
  const input = rest.length ? [first, ...rest] : first;
  const call = (): unknown => layer.apply(input as Tensor, options);
  if (!layer.built) call();
  // What a layer has learned by adapt is not listed among the weights.
  const adapted = c.adapt !== undefined || c.adapt_json !== undefined;
  if (!adapted || c.weights.length > 0) {
    layer.setWeights(c.weights.map(({ tensor: name }: Case) => file.tensor(name)));
  }
  const result = call();
  const outputs = flattenStructure(result as Tensor | Tensor[]) as Tensor[];
  const { tolerance } = c;
  c.outputs.forEach((name: string, i: number) => {
    compare(checks, `output ${i}`, outputs[i], file.tensor(name), tolerance);
  });
  checks.equal('number of outputs', outputs.length, c.outputs.length);
  if (c.upstream) compareGradients(c, file, checks, layer, outputs, tensors, states);
  if (c.output_mask !== undefined) {
    const masks = [c.output_mask].flat();
    masks.forEach((name: string | null, i: number) => {
      const mask = ops.maskOf(outputs[i]);
      if (name === null) checks.holds(`mask ${i} is null`, mask === null);
      else if (!mask) checks.holds(`mask ${i}`, false, 'no mask');
      else
        compare(checks, `mask ${i}`, ops.cast(mask, 'int32'), file.tensor(name), {
          rtol: 0,
          atol: 0,
        });
    });
  }
  if (c.losses) {
    const losses = layer.losses.map((loss) => loss.item());
    checks.numbers(
      'losses',
      losses,
      (file.load(c.losses) as (Tensor | number)[]).map((l) =>
        typeof l === 'number' ? l : l.item(),
      ),
      tolerance,
    );
  }
  (c.weights_after ?? []).forEach((name: string | Case, i: number) => {
    const stored = typeof name === 'string' ? name : name.tensor;
    compare(checks, `weight ${i} after`, layer.weights[i], file.tensor(stored), tolerance);
  });
}

function adapt(layer: Layer, data: unknown): void {
  (layer as unknown as { adapt(data: unknown): void }).adapt(data);
}

function compareGradients(
  c: Case,
  file: CaseFile,
  checks: Checks,
  layer: Layer,
  outputs: Tensor[],
  inputs: Tensor[],
  states: Tensor[],
): void {
  let total: Tensor = tensor(0);
  c.upstream.forEach((name: string | null, i: number) => {
    if (name !== null) total = total.add(outputs[i].mul(file.tensor(name)).sum());
  });
  const floats = inputs.filter((x) => x.dtype.startsWith('float'));
  const weights = layer.trainableWeights;
  const wanted = [...floats, ...states, ...weights];
  const found = total.requiresGrad
    ? gradients([total], wanted, { allowUnused: true })
    : wanted.map(() => null);
  const check = (
    what: string,
    names: readonly (string | null)[] | undefined,
    list: (Tensor | null)[],
  ) => {
    (names ?? []).forEach((name, i) => {
      const gradient = list[i] ?? null;
      if (name === null)
        checks.holds(`${what} ${i} is null`, gradient === null || isZero(gradient));
      else {
        const expected = file.tensor(name);
        const zeros = ops.zerosLike(expected);
        compare(checks, `${what} ${i}`, gradient ?? zeros, expected, c.tolerance);
      }
    });
  };
  const inputNames = (c.grad_inputs ?? []) as (string | null)[];
  const aligned =
    inputNames.length === inputs.length && floats.length !== inputs.length
      ? inputNames.filter((_, i) => inputs[i].dtype.startsWith('float'))
      : inputNames;
  check('gradient of input', aligned, found.slice(0, floats.length));
  check(
    'gradient of state',
    c.grad_states,
    found.slice(floats.length, floats.length + states.length),
  );
  check('gradient of weight', c.grad_weights, found.slice(floats.length + states.length));
}

const isZero = (x: Tensor): boolean => [...x.dataSync()].every((v) => v === 0);

/** Dropout and noise: statistics of one call. */
export function randomLayerCase(c: Case, file: CaseFile, checks: Checks): void {
  const layer = layerFromFile(serializedOf(c), c.id);
  const input = c.input.tensor
    ? file.tensor(c.input.tensor)
    : ops.full(c.input.shape, c.input.fill);
  const values = [...(layer.apply(input, { training: true }) as Tensor).dataSync()];
  const n = values.length;
  const mean = values.reduce((s: number, v: number) => s + v, 0) / n;
  const statistics: Record<string, () => number> = {
    mean: () => mean,
    variance: () => values.reduce((s: number, v: number) => s + (v - mean) ** 2, 0) / n,
    fraction_zero: () => values.filter((v: number) => v === 0).length / n,
    fraction_of_first_value: () => {
      const close = (v: number) => Math.abs(v - number(c.expected.values[0])) < 1e-4;
      return values.filter(close).length / n;
    },
  };
  for (const [name, allowed] of Object.entries(c.allowed_error as Record<string, number>)) {
    if (statistics[name])
      checks.within(name, statistics[name](), number(c.expected[name]), allowed);
  }
  if (c.expected.values) {
    const allowed = (c.expected.values as number[]).map(number);
    const odd = values.find((v) =>
      allowed.every((a) => Math.abs(v - a) > 1e-4 * Math.max(1, Math.abs(a))),
    );
    checks.holds('only the listed values occur', odd === undefined, odd);
  }
  if (c.structure) checkStructure(c, layer, input, checks);
  const still = (layer.apply(input, { training: false }) as Tensor).dataSync();
  checks.numbers('without training', still, input.dataSync(), { rtol: 0, atol: 0 });
}

/** Elements that share a fate: along the axes where the noise has size 1, all are dropped or none. */
function checkStructure(c: Case, layer: Layer, input: Tensor, checks: Checks): void {
  const noise = noiseShape(c, input.shape);
  if (!noise) return;
  const dropped = (layer.apply(input, { training: true }) as Tensor).equal(0).cast('float32');
  const axes = noise.flatMap((n, axis) => (n === 1 && input.shape[axis] > 1 ? [axis] : []));
  const spread = [...ops.max(dropped, axes).sub(ops.min(dropped, axes)).dataSync()];
  checks.holds(
    'elements are dropped together',
    spread.every((v) => v === 0),
    c.structure,
  );
}

function noiseShape(c: Case, shape: readonly number[]): number[] | null {
  const given = c.config.noise_shape as (number | null)[] | null | undefined;
  if (given) return given.map((n, i) => n ?? shape[i]);
  if (/^SpatialDropout/.test(c.class_name)) {
    const channelsFirst = c.config.data_format === 'channels_first';
    return shape.map((n, i) => (i === 0 || i === (channelsFirst ? 1 : shape.length - 1) ? n : 1));
  }
  return null;
}
