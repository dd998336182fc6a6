import { ValueError } from '../../../tensor/index.ts';
import { getOutput, warn } from '../../../training/output.ts';

/** What schedules keep, under Paddle's names. */
export type SchedulerState = Record<string, unknown>;

/** Arguments that schedules share. */
export interface SchedulerArguments {
  /** The rate to begin with. */
  readonly learningRate: number;
  /** The last step that was made; -1 (the default) for none. */
  readonly lastEpoch: number;
  /** Whether each step is told. */
  readonly verbose: boolean;
}

/** Names of the last arguments of all schedules, in order. */
export const lastNames = ['lastEpoch', 'verbose'] as const;

/**
 * A learning rate that changes: `step()` after each batch or epoch, `call()` gives the rate. A subclass computes it in
 * `getLr` from `lastEpoch`, `lastLr` and `baseLr`, and calls `begin` at the end of its constructor.
 */
export abstract class LRScheduler {
  /** The rate to begin with. */
  readonly baseLr: number;
  /** The rate now. */
  lastLr: number;
  /** Steps so far, from 0. */
  lastEpoch: number;
  readonly verbose: boolean;

  constructor(learningRate = 0.1, lastEpoch = -1, verbose = false) {
    if (typeof learningRate !== 'number' || !(learningRate >= 0)) {
      throw new ValueError(
        `${new.target.name}: learningRate must be a number >= 0, received ${learningRate}`,
      );
    }
    this.baseLr = learningRate;
    this.lastLr = learningRate;
    this.lastEpoch = lastEpoch;
    this.verbose = verbose;
  }

  /** Computes the first rate. */
  protected begin(): void {
    this.step();
  }

  /** The rate. */
  call(): number {
    return this.lastLr;
  }

  /** The rate at `lastEpoch`. */
  abstract getLr(): number;

  /** The rate at a step that was named, where it can be found without those before. */
  protected closedForm(): number {
    return this.getLr();
  }

  /** Goes on to the next step, or to a certain one. */
  step(epoch?: number | null): void {
    if (epoch === undefined || epoch === null) {
      this.lastEpoch++;
      this.lastLr = this.getLr();
    } else {
      this.lastEpoch = epoch;
      this.lastLr = this.closedForm();
    }
    this.tell();
  }

  protected tell(): void {
    if (!this.verbose) return;
    const { lastEpoch, lastLr } = this;
    const name = this.constructor.name;
    getOutput().write(`Epoch ${lastEpoch}: ${name} set learning rate to ${lastLr}.\n`);
  }

  /** What is kept, as pairs of Paddle's name and field. */
  protected get stateFields(): readonly (readonly [name: string, field: string])[] {
    return [
      ['last_epoch', 'lastEpoch'],
      ['last_lr', 'lastLr'],
    ];
  }

  /** Whether a saved state must have one for this schedule. */
  get needsState(): boolean {
    return true;
  }

  stateDict(): SchedulerState {
    const fields = this as unknown as Record<string, unknown>;
    return Object.fromEntries(this.stateFields.map(([name, field]) => [name, fields[field]]));
  }

  setStateDict(stateDict: Readonly<SchedulerState>): void {
    const fields = this as unknown as Record<string, unknown>;
    for (const [name, field] of this.stateFields) {
      if (!(name in stateDict)) {
        throw new ValueError(
          `${this.constructor.name}: setStateDict: '${name}' is missing from the state`,
        );
      }
      fields[field] = stateDict[name];
    }
    if (Object.keys(stateDict).length > Object.keys(this.stateDict()).length) {
      warn(
        `${this.constructor.name}: the state has values that are not used; ` +
          'was it that of another schedule?',
      );
    }
  }
}

/** Checks a number that must be greater than 0. */
export function positive(owner: string, name: string, value: number): number {
  if (typeof value === 'number' && value > 0) return value;
  throw new ValueError(`${owner}: ${name} must be greater than 0, received ${value}`);
}

/** Checks a whole number that must be greater than 0. */
export function positiveInteger(owner: string, name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new ValueError(`${owner}: ${name} must be a whole number > 0, received ${value}`);
}
