import {
  backward as coreBackward,
  gradients as coreGradients,
  gradientsEnabled,
  withGradients,
  noGrad as withoutTape,
} from '../autograd/index.ts';
import { onesLike } from '../ops/index.ts';
import type { Tensor as CoreTensor } from '../tensor/index.ts';
import { listOf } from './list-of.ts';
import { define } from './signature.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from './tensor.ts';

type OneOrMore = TensorLike | readonly TensorLike[];

/** Whether operations are being recorded. */
export const isGradEnabled = (): boolean => gradientsEnabled();

/**
 * Gradients of the sum of `outputs` with respect to `inputs`, which need not be leaves; nobody's
 * `grad` is touched. An input that no output depends on is an error, or null with `allowUnused`.
 * @example const [slope] = paddle.grad(y, x, { createGraph: true });
 */
export const grad = define(
  'grad',
  ['outputs', 'inputs'],
  ['gradOutputs', 'retainGraph', 'createGraph', 'onlyInputs', 'allowUnused', 'noGradVars'],
  (
    outputs: OneOrMore,
    inputs: OneOrMore,
    gradOutputs?: TensorLike | readonly (TensorLike | null)[],
    retainGraph?: boolean,
    createGraph: boolean = false,
    _onlyInputs: boolean = true,
    allowUnused: boolean = false,
    noGradVars: OneOrMore = [],
  ): (Tensor | null)[] => {
    const take = (x: TensorLike): CoreTensor => unwrap('grad', x);
    const blocked = listOf(noGradVars).map(take);
    const seeds = gradOutputs === undefined ? undefined : listOf(gradOutputs);
    const found = blockedWhile(blocked, () =>
      coreGradients(listOf(outputs).map(take), listOf(inputs).map(take), {
        gradOutputs: seeds?.map((seed) => (seed === null ? null : take(seed))),
        retainGraph: retainGraph ?? createGraph,
        createGraph,
        allowUnused,
      }),
    );
    return found.map((gradient) => gradient && wrap(gradient));
  },
);

/** Runs `f` while no gradient passes through `tensors`. */
function blockedWhile<T>(tensors: readonly CoreTensor[], f: () => T): T {
  const before = tensors.map((x) => x.requiresGrad);
  for (const x of tensors) x.requiresGrad = false;
  try {
    return f();
  } finally {
    tensors.forEach((x, i) => {
      x.requiresGrad = before[i];
    });
  }
}

/**
 * Runs a function without recording: `noGrad(() => model.call(x))`. Given a function with
 * parameters through `noGrad.wrap`, gives one that always runs so.
 * @example const predict = paddle.noGrad.wrap((x: paddle.Tensor) => model.call(x));
 */
export const noGrad = Object.assign(<T>(f: () => T): T => withoutTape(f), {
  wrap:
    <Args extends readonly unknown[], T>(f: (...args: Args) => T) =>
    (...args: Args): T =>
      withoutTape(() => f(...args)),
});

/** Runs a function with recording on, inside a `noGrad` too. */
export const enableGrad = <T>(f: () => T): T => withGradients(true, f);

/** Runs a function with recording on or off. */
export const setGradEnabled = <T>(mode: boolean, f: () => T): T => withGradients(mode, f);

/** Fills `grad` of the leaves that a tensor was computed from; ones unless `gradTensor` is given. */
export const backwardFrom = define(
  'backward',
  ['x'],
  ['gradTensor', 'retainGraph'],
  (x: Tensor, gradTensor?: TensorLike, retainGraph: boolean = false): void => {
    const root = unwrap('backward', x);
    const gradient = gradTensor === undefined ? onesBeside(root) : unwrap('backward', gradTensor);
    coreBackward(root, { gradient, retainGraph });
  },
);

const onesBeside = (x: CoreTensor): CoreTensor | undefined =>
  x.size === 1 ? undefined : onesLike(x.detach());

/**
 * Runs the backward passes of several tensors; ones where no gradient is given.
 * @example paddle.autograd.backward([a, b]);
 */
export const backward = define(
  'backward',
  ['tensors'],
  ['gradTensors', 'retainGraph'],
  (
    tensors: Tensor | readonly Tensor[],
    gradTensors?: Tensor | null | readonly (Tensor | null)[],
    retainGraph: boolean = false,
  ): void => {
    const list = listOf(tensors);
    const gradients = gradTensors === undefined ? [] : listOf(gradTensors);
    list.forEach((x, i) => {
      // The passes may share a tape, which only the last may free.
      backwardFrom(x, gradients[i] ?? null, retainGraph || i < list.length - 1);
    });
  },
);
