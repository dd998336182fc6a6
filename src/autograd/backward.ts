import {
  formatShape,
  GradusError,
  runWithDataOf,
  ShapeError,
  sameShape,
  type Tensor,
} from '../tensor/index.ts';
import { type TapeNode, withGradients } from './tape.ts';

/** The few differentiable operations that going back needs; `ops` installs them. */
export interface Arithmetic {
  add(a: Tensor, b: Tensor): Tensor;
  onesLike(x: Tensor): Tensor;
  copy(x: Tensor): Tensor;
}

let arithmetic: Arithmetic;

/** Called once by the operations, which import this folder and not the other way round. */
export function installArithmetic(operations: Arithmetic): void {
  arithmetic = operations;
}

/** How `backward` goes back. */
export interface BackwardOptions {
  /** Gradient of the final result with respect to this tensor; ones by default, for scalars only. */
  gradient?: Tensor;
  /** Keep the tape, so that `backward` can run through it again. */
  retainGraph?: boolean;
  /** Record the backward pass too, for gradients of gradients. Implies `retainGraph`. */
  createGraph?: boolean;
}

/**
 * Fills `grad` of every leaf with `requiresGrad` that `root` was computed from, adding to what is there.
 * @example loss.backward(); console.log(w.grad);
 */
export function backward(root: Tensor, options: BackwardOptions = {}): void {
  if (!root.requiresGrad) {
    throw new GradusError(
      'backward: this tensor was not computed from any tensor with requiresGrad, or under noGrad',
    );
  }
  const seed = seedFor('backward', root, options.gradient);
  const leaves = new Map<Tensor, Tensor | null>();
  propagate([root], [seed], leaves, true, options);
  root.storage.scope?.markBackward();
  const taken = new Set([seed.storage]);
  for (const [leaf, gradient] of leaves) {
    if (gradient) storeGradient(leaf, gradient, taken);
  }
}

/** Puts a gradient on its leaf; a gradient lives until it is cleared, whatever step made it. */
function storeGradient(leaf: Tensor, gradient: Tensor, taken: Set<Tensor['storage']>): void {
  const old = leaf.grad;
  let next = old ? arithmetic.add(old, gradient) : gradient;
  if (!next.node && (taken.has(next.storage) || next.storage.length !== next.size)) {
    next = arithmetic.copy(next);
  }
  taken.add(next.storage);
  next.storage.scope?.disown(next.storage);
  leaf.grad = next.node ? next : next.detach();
  if (old) discardGradient(leaf, old);
  leaf.storage.stepOf?.scope.markBackward();
}

function discardGradient(leaf: Tensor, gradient: Tensor): void {
  leaf.storage.stepOf?.scope.adopt(gradient.storage);
}

/** Forgets the leaf's gradient; its memory is freed with the step. */
export function clearGradient(leaf: Tensor): void {
  if (leaf.grad) discardGradient(leaf, leaf.grad);
  leaf.grad = null;
}

/** How `gradients` goes back. */
export interface GradientOptions {
  /** Gradients of the final result with respect to `outputs`; ones by default. */
  gradOutputs?: readonly (Tensor | null)[];
  retainGraph?: boolean;
  createGraph?: boolean;
  /** Give null, instead of an error, for an input that no output depends on. */
  allowUnused?: boolean;
}

/**
 * Gradients of the sum of `outputs` with respect to `inputs`, which need not be leaves. No `grad` is touched.
 * @example const [slope] = gradients([y], [x], { createGraph: true });
 */
export function gradients(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradientOptions = {},
): (Tensor | null)[] {
  const found = new Map<Tensor, Tensor | null>(inputs.map((x) => [x, null]));
  // By place, not by tensor: an output may be listed twice.
  const places = outputs.flatMap((y, i) => (y.requiresGrad ? [i] : []));
  const roots = places.map((i) => outputs[i]);
  const seeds = places.map((i) => options.gradOutputs?.[i] ?? onesLike(outputs[i]));
  propagate(roots, seeds, found, false, options);
  return inputs.map((x, i) => {
    const gradient = found.get(x) ?? null;
    if (!gradient && !options.allowUnused) {
      throw new GradusError(
        `gradients: the outputs do not depend on input ${i} (shape ${formatShape(x.shape)}); ` +
          'pass allowUnused: true to get null for it',
      );
    }
    return gradient;
  });
}

function seedFor(op: string, root: Tensor, given: Tensor | undefined): Tensor {
  if (given) {
    if (!sameShape(given.shape, root.shape)) {
      throw new ShapeError(
        `${op}: gradient has shape ${formatShape(given.shape)} but the tensor has ` +
          formatShape(root.shape),
      );
    }
    return given;
  }
  if (root.size !== 1) {
    throw new ShapeError(
      `${op}: a tensor of shape ${formatShape(root.shape)} needs an explicit gradient; ` +
        'reduce it to a scalar (mean, sum) or pass { gradient }',
    );
  }
  return onesLike(root);
}

/** Ones of a tensor's shape, which are freed with it. */
const onesLike = (root: Tensor): Tensor =>
  runWithDataOf([root], () => arithmetic.onesLike(root.detach()));

/** Walks the tape from the roots, newest node first, and fills `wanted` (all leaves met, with `collectLeaves`). */
function propagate(
  roots: readonly Tensor[],
  seeds: readonly Tensor[],
  wanted: Map<Tensor, Tensor | null>,
  collectLeaves: boolean,
  { retainGraph = false, createGraph = false }: BackwardOptions,
): void {
  const pending = new Map<TapeNode, (Tensor | null)[]>();
  const wantedAt = new Map<TapeNode, Tensor[]>();
  for (const tensor of wanted.keys()) {
    const node = tensor.node as TapeNode | null;
    if (node) wantedAt.set(node, [...(wantedAt.get(node) ?? []), tensor]);
  }
  const sum = (a: Tensor | null | undefined, b: Tensor): Tensor => (a ? arithmetic.add(a, b) : b);
  const arrive = (tensor: Tensor, gradient: Tensor): void => {
    const node = tensor.node as TapeNode | null;
    if (!node) {
      if (collectLeaves ? tensor.requiresGrad : wanted.has(tensor)) {
        wanted.set(tensor, sum(wanted.get(tensor), gradient));
      }
      return;
    }
    const slots = pending.get(node) ?? new Array<Tensor | null>(node.outputs).fill(null);
    slots[tensor.outputIndex] = sum(slots[tensor.outputIndex], gradient);
    pending.set(node, slots);
  };
  withGradients(createGraph, () => {
    for (let i = 0; i < roots.length; i++) arrive(roots[i], seeds[i]);
    for (const node of nodesBehind(roots)) {
      const slots = pending.get(node);
      if (!slots) continue;
      pending.delete(node);
      for (const tensor of wantedAt.get(node) ?? []) wanted.set(tensor, slots[tensor.outputIndex]);
      if (!node.backward) {
        throw new GradusError(
          `backward: the tape behind '${node.op}' was already used and freed; ` +
            'pass retainGraph: true to the first backward to run it twice',
        );
      }
      const needed = node.inputs.map((x) => x.requiresGrad);
      // What a backward makes besides results of operations (zeros, ones) belongs to the step too.
      const known = slots.filter((slot) => slot !== null);
      const { backward } = node;
      const results = runWithDataOf(known, () => backward(slots, needed));
      for (let i = 0; i < node.inputs.length; i++) {
        const gradient = results[i];
        if (needed[i] && gradient) arrive(node.inputs[i], gradient);
      }
      if (!retainGraph && !createGraph) node.backward = null;
    }
  });
}

/** All nodes that the roots were computed from, newest first: an order in which each comes after its users. */
function nodesBehind(roots: readonly Tensor[]): TapeNode[] {
  const seen = new Set<TapeNode>();
  const stack = roots.map((root) => root.node as TapeNode | null);
  while (stack.length) {
    const node = stack.pop();
    if (!node || seen.has(node)) continue;
    seen.add(node);
    for (const x of node.inputs) if (x.requiresGrad) stack.push(x.node as TapeNode | null);
  }
  return [...seen].sort((a, b) => b.id - a.id);
}
