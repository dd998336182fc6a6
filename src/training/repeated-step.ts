import type { Plan } from '../backends/backend.ts';
import type { Launch } from '../backends/kernels.ts';
import { getBackend, type Recorder, record } from '../backends/registry.ts';
import { observeReads, runInScope, Scope, type Storage, type Tensor } from '../tensor/index.ts';

/** What a step leaves to be read: the same tensors after every run. */
export type StepResults = readonly Tensor[];

/**
 * A computation that is run again and again on the same input tensors. Its body is called once, while its kernels are only
 * recorded; each run replays them as a plan of the backend, without JavaScript in between. A body that reads a tensor's
 * elements decides by them: it is called anew for each run.
 */
export class RepeatedStep {
  readonly #body: () => StepResults;
  #state: 'new' | 'planned' | 'eager';
  /** Whether a run by hand has checked what a recording cannot: computed indices. */
  #checked = false;
  #constants: readonly Storage[] = [];
  #plan: Plan | null = null;
  #results: StepResults = [];

  constructor(body: () => StepResults, { eager = false }: { eager?: boolean } = {}) {
    this.#body = body;
    this.#state = eager ? 'eager' : 'new';
  }

  /** Whether a backend's plan does the work. */
  get planned(): boolean {
    return this.#state === 'planned';
  }

  /** Runs the step. Its results hold until the next run. */
  run(): StepResults {
    if (this.#state === 'new') this.#state = this.#record();
    if (this.#state !== 'planned') {
      this.#checked = true;
      return this.#runOnce(this.#body);
    }
    (this.#plan as Plan).run();
    return this.#results;
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

  /**
   * Makes the plan, unless the body wants to read what only a run would compute, or has something to check that a first run
   * by hand has not.
   */
  #record(): 'planned' | 'eager' | 'new' {
    const constants = new Set<Storage>();
    const transient = new Set<Storage>();
    const launches: Launch[] = [];
    let unchecked = false;
    const recorder: Recorder = {
      launched: (launch) => launches.push(launch),
      allocated: (storage, filled) => void (filled ? constants : transient).add(storage),
      unchecked: () => {
        unchecked = true;
      },
    };
    const refuse = (storage: Storage): void => {
      if (!constants.has(storage)) throw new ReadWhileRecording();
    };
    try {
      this.#runOnce(() =>
        observeReads(refuse, () =>
          record(recorder, () => {
            const made = this.#body();
            this.#keepWhatLasts(constants, transient, made);
            return made;
          }),
        ),
      );
    } catch (error) {
      if (error instanceof ReadWhileRecording) return 'eager';
      throw error;
    }
    if (unchecked && !this.#checked) {
      for (const storage of this.#constants) storage.release();
      this.#constants = [];
      return 'new';
    }
    this.#plan = getBackend().plan(launches, transient);
    planCollector.register(this, this.#plan, this);
    return 'planned';
  }

  /** Tells memory of one run from memory that the step lives on: its results, its constants, state that it made. */
  #keepWhatLasts(
    constants: ReadonlySet<Storage>,
    transient: Set<Storage>,
    results: StepResults,
  ): void {
    for (const { storage } of results) transient.delete(storage);
    for (const storage of transient) if (!storage.scope) transient.delete(storage);
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

/** A body asked for elements that are computed only when the step runs. */
class ReadWhileRecording extends Error {}

/** Plans whose model was dropped without a word. */
const planCollector = new FinalizationRegistry<Plan>((plan) => plan.dispose());
