import type { Storage } from './storage.ts';

/**
 * A span of a program whose temporary tensors are freed together: one step of a training.
 *
 * Ownership follows the data, not the clock: what is computed from a loader's batch belongs to that batch's scope, and
 * what is computed from parameters alone to the step of their optimizer, so two trainings may interleave
 * in one process without freeing each other's tensors. A step that has used a batch ends with the batch.
 */
export class Scope {
  readonly kind: 'batch' | 'step' | 'joined';
  ended = false;
  /** Whether a backward pass has run through tensors of this scope. */
  sawBackward = false;
  /** The batch that this step's tensors were mixed with: it ends the step. */
  #host: Scope | null = null;
  readonly #guests = new Set<Scope>();
  readonly #owned = new Set<Storage>();
  readonly #parts: readonly Scope[];
  readonly #joins = new Set<Scope>();

  constructor(kind: 'batch' | 'step' = 'batch', parts: readonly Scope[] = []) {
    this.kind = parts.length ? 'joined' : kind;
    this.#parts = parts;
    for (const part of parts) part.#joins.add(this);
  }

  /** Frees `storage` when this scope ends. */
  adopt(storage: Storage): void {
    storage.scope?.disown(storage);
    storage.scope = this;
    this.#owned.add(storage);
  }

  /** Lets `storage` outlive this scope. */
  disown(storage: Storage): void {
    if (this.#owned.delete(storage)) storage.scope = null;
  }

  /** Whether the batch that this step has used is still going on. */
  get hosted(): boolean {
    return this.#host !== null && !this.#host.ended;
  }

  markBackward(): void {
    this.sawBackward = true;
    for (const part of this.#parts) part.markBackward();
    for (const guest of this.#guests) guest.markBackward();
  }

  /** Frees what the scope owns, the steps that were tied to it included. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    for (const storage of this.#owned) {
      storage.scope = null;
      storage.release();
    }
    this.#owned.clear();
    for (const guest of this.#guests) guest.end();
    for (const join of this.#joins) if (join.#parts.every((part) => part.ended)) join.end();
  }

  /** The scope of a tensor that is computed from tensors of both. */
  static join(a: Scope | null, b: Scope | null): Scope | null {
    if (!a || a.ended || a === b) return b?.ended ? null : b;
    if (!b || b.ended) return a;
    const parts = new Set([...a.#leaves(), ...b.#leaves()]);
    const batch = [...parts].find((part) => part.kind === 'batch');
    if (batch) {
      for (const part of parts) {
        if (part.kind !== 'step') continue;
        part.#host = batch;
        batch.#guests.add(part);
        parts.delete(part);
      }
    }
    const list = [...parts];
    if (list.length === 1) return list[0];
    for (const join of list[0].#joins) {
      if (join.#parts.length === list.length && list.every((part) => join.#parts.includes(part))) {
        return join;
      }
    }
    return new Scope('step', list);
  }

  #leaves(): Scope[] {
    if (this.#parts.length) return this.#parts.filter((p) => !p.ended).flatMap((p) => p.#leaves());
    return [this.hosted ? (this.#host as Scope) : this];
  }
}

/** Scope that the code being run has asked for; it takes every allocation. */
let explicit: Scope | null = null;
/** Scope of the data that the operation being run works on. */
let flow: Scope | null = null;

/** Runs `f` with all that it allocates owned by `scope`; what it returns is still owned by it. */
export function runInScope<T>(scope: Scope, f: () => T): T {
  const outer = explicit;
  explicit = scope;
  try {
    return f();
  } finally {
    explicit = outer;
  }
}

/** Runs `f`, an operation on `inputs`: what it allocates belongs to the scope of its data. */
export function runWithDataOf<T>(inputs: readonly { readonly storage: Storage }[], f: () => T): T {
  const outer = flow;
  let scope = outer;
  for (const { storage } of inputs) {
    const own = storage.scope ?? storage.stepOf?.scope ?? null;
    if (own !== null && own !== scope) scope = Scope.join(scope, own);
  }
  flow = scope;
  try {
    return f();
  } finally {
    flow = outer;
  }
}

/** Registers a fresh storage with the scope in charge, if any. */
export function adoptFresh(storage: Storage): void {
  (explicit ?? flow)?.adopt(storage);
}

/**
 * Lets tensors outlive the step that made them.
 * @example const best = keep(model.call(batch));
 */
export function keep<T extends { readonly storage: Storage }>(tensor: T): T;
export function keep<T extends { readonly storage: Storage }>(tensors: readonly T[]): readonly T[];
export function keep<T extends { readonly storage: Storage }>(
  tensors: T | readonly T[],
): T | readonly T[] {
  for (const { storage } of Array.isArray(tensors) ? tensors : [tensors as T]) {
    storage.scope?.disown(storage);
  }
  return tensors;
}

/**
 * Ends a hand-written loop's step where an optimizer finishes it: at `step()` after a `backward()`,
 * unless a loader's batch is in charge. Parameters point here, so that what is computed from them is found.
 */
export class StepOwner {
  scope = new Scope('step');

  endStep(): void {
    if (this.scope.ended) {
      this.scope = new Scope('step');
    } else if (this.scope.sawBackward && !this.scope.hosted) {
      this.scope.end();
      this.scope = new Scope('step');
    }
  }
}
