import type { SparseMatrix } from '../ops/sparse/sparse-matrix.ts';
import { runInScope, Scope, type Tensor, ValueError } from '../tensor/index.ts';
import { mapLeaves, type Structure, toPlain } from './element.ts';
import { type Leaf, toValue } from './leaf.ts';

/** An element on its way. */
export interface Item {
  readonly structure: Structure<Leaf>;
  /** Owns the tensors that were made for it; whoever takes the element ends it. */
  readonly scope: Scope | null;
}

/**
 * A pass over a data set. Each step is an element, or a promise that must be awaited before the next step: so one
 * description of a pass serves loops with and without `await`.
 */
export type Steps = Generator<Item | Promise<unknown>, void, void>;

/** How a pass is made. */
export interface Pass {
  /** Which one it is, from 0: shuffling depends on it. */
  readonly epoch: number;
  /** Whether whoever drives it awaits promises. */
  readonly mayWait: boolean;
}

/** Frees the tensors of elements that nobody will take. */
export function dropItems(items: readonly Item[]): void {
  for (const { scope } of items) scope?.end();
}

/** Whether a step must be awaited. */
export const isWait = (step: Item | Promise<unknown>): step is Promise<unknown> =>
  step instanceof Promise;

/** Whether a user's function has answered with a promise. */
export const isPromise = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> =>
  typeof (value as { then?: unknown } | null)?.then === 'function';

/** Waits, within a pass, for what may be a promise. */
export function* settled<T>(value: T | PromiseLike<T>): Generator<Promise<unknown>, T, void> {
  if (!isPromise(value)) return value;
  let result!: T;
  yield Promise.resolve(value).then((settledValue) => {
    result = settledValue;
  });
  return result;
}

/** An element as the user sees it, with its tensors owned by the scope. */
export function materialize({ structure }: Item, scope: Scope): unknown {
  return toPlain(
    runInScope(scope, () => mapLeaves<Leaf, Tensor | SparseMatrix>(structure, toValue)),
  );
}

/** Elements for a loop without `await`. Each one's tensors are freed when the next is asked for. */
export function* iterate<T>(steps: Steps): Generator<T, void, void> {
  for (const step of steps) {
    if (isWait(step)) {
      step.catch(() => undefined); // nobody will hear of it
      throw new ValueError('this data set must be awaited: use for await (const … of …)');
    }
    const scope = step.scope ?? new Scope();
    try {
      yield materialize(step, scope) as T;
    } finally {
      scope.end();
    }
  }
}

/** Elements for a loop with `await`. Each one's tensors are freed when the next is asked for. */
export async function* iterateAsync<T>(steps: Steps): AsyncGenerator<T, void, void> {
  for (const step of steps) {
    if (isWait(step)) {
      await step;
      continue;
    }
    const scope = step.scope ?? new Scope();
    try {
      yield materialize(step, scope) as T;
    } finally {
      scope.end();
    }
  }
}
