import type { Plan } from '../backends/backend.ts';
import type { Launch } from '../backends/kernels.ts';
import { getBackend, record } from '../backends/registry.ts';
import { observeReads, runInScope, Scope, type Storage, type Tensor } from '../tensor/index.ts';

/** What a step leaves to be read: the same tensors after every run. */
export type StepResults = readonly Tensor[];

/**
 * A computation that is run again and again on the same input tensors. The first run is recorded; from the second on its
 * kernels are replayed as a plan of the backend, without JavaScript in between. A body that reads a tensor's
 * elements decides by them: it is run anew each time.
 */
export class RepeatedStep {
  readonly #body: () => StepResults;
  #state: 'new' | 'recorded' | 'planned' | 'eager';
  #launches: Launch[] = [];
  #transient = new Set<Storage>();
  #constants: readonly Storage[] = [];
  #plan: Plan | null = null;
  #results: StepResults = [];

  constructor(body: () => StepResults, { eager = false }: { eager?: boolean } = {}) {
    this.#body = body;
    this.#state = eager ? 'eager' : 'new';
  }

  /** Whether a backend's plan does the work. */
  get planned(): boolean {
    return this.#state === 'planned' || this.#state === 'recorded';
  }

  /** Runs the step. Its results hold until the next run. */
  run(): StepResults {
    switch (this.#state) {
      case 'planned':
        (this.#plan as Plan).run();
        return this.#results;
      case 'recorded':
        // A shape that comes only once (the last batch of a single epoch) is not worth a plan.
        this.#plan = getBackend().plan(this.#launches, this.#transient);
        planCollector.register(this, this.#plan, this);
        this.#launches = [];
        this.#transient = new Set();
        this.#state = 'planned';
        this.#plan.run();
        return this.#results;
      case 'new':
        return this.#record();
      case 'eager':
        return this.#runOnce(this.#body);
    }
  }

  /** Gives the memory back. */
  dispose(): void {
    planCollector.unregister(this);
    this.#plan?.dispose();
    this.#plan = null;
    for (const storage of this.#constants) storage.release();
    this.#releaseResults();
    this.#state = 'eager';
  }

  #record(): StepResults {
    const constants = new Set<Storage>();
    this.#launches = [];
    this.#transient.clear();
    let read = false;
    const results = this.#runOnce(() =>
      observeReads(
        (storage) => {
          read ||= !constants.has(storage);
        },
        () =>
          record(
            {
              launched: (launch) => this.#launches.push(launch),
              allocated: (storage, filled) =>
                void (filled ? constants : this.#transient).add(storage),
            },
            () => {
              const made = this.#body();
              this.#keepWhatLasts(constants, made);
              return made;
            },
          ),
      ),
    );
    this.#state = read ? 'eager' : 'recorded';
    if (read) {
      this.#launches = [];
      this.#transient.clear();
    }
    return results;
  }

  /** Tells memory of one run from memory that the step lives on: its results, its constants, state that it made. */
  #keepWhatLasts(constants: ReadonlySet<Storage>, results: StepResults): void {
    for (const { storage } of results) this.#transient.delete(storage);
    for (const storage of this.#transient) if (!storage.scope) this.#transient.delete(storage);
    for (const storage of constants) storage.scope?.disown(storage);
    this.#constants = [...constants];
  }

  #runOnce(body: () => StepResults): StepResults {
    this.#releaseResults();
    const scope = new Scope();
    try {
      this.#results = runInScope(scope, body);
      for (const { storage } of this.#results) scope.disown(storage);
    } finally {
      scope.end();
    }
    return this.#results;
  }

  #releaseResults(): void {
    for (const { storage } of this.#results) storage.release();
    this.#results = [];
  }
}

/** Plans whose model was dropped without a word. */
const planCollector = new FinalizationRegistry<Plan>((plan) => plan.dispose());
