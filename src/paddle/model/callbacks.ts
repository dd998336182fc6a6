import { ValueError } from '../../tensor/index.ts';
import { getOutput, warn } from '../../training/output.ts';
import { type Arguments, byName } from '../arguments.ts';
import { LRScheduler as Schedule } from '../optimizer/lr/scheduler.ts';
import type { Model } from './model.ts';
import { resolvePath } from './paths.ts';

/** Loss and metrics by name, under Paddle's names: `loss`, `acc`, `step`, `batch_size`. */
// biome-ignore lint/suspicious/noExplicitAny: numbers and lists of them
export type Logs = Record<string, any>;

/** What a training tells its callbacks. */
export interface CallbackParams {
  readonly epochs?: number | null;
  readonly steps?: number | null;
  readonly verbose?: number;
  readonly metrics?: readonly string[];
}

type Result = void | Promise<void>;

/**
 * Is called in the course of `fit`, `evaluate` and `predict`. A subclass overrides what it needs.
 * @example class Print extends paddle.callbacks.Callback { onEpochEnd(epoch: number, logs: Logs) { console.log(epoch, logs.loss); } }
 */
export abstract class Callback {
  declare model: Model;
  params: CallbackParams = {};

  setParams(params: CallbackParams): void {
    this.params = params;
  }

  setModel(model: Model): void {
    this.model = model;
  }

  onTrainBegin(_logs?: Logs): Result {}
  onTrainEnd(_logs?: Logs): Result {}
  onEvalBegin(_logs?: Logs): Result {}
  onEvalEnd(_logs?: Logs): Result {}
  onPredictBegin(_logs?: Logs): Result {}
  onPredictEnd(_logs?: Logs): Result {}
  onEpochBegin(_epoch: number, _logs?: Logs): Result {}
  onEpochEnd(_epoch: number, _logs?: Logs): Result {}
  onTrainBatchBegin(_step: number, _logs?: Logs): Result {}
  onTrainBatchEnd(_step: number, _logs?: Logs): Result {}
  onEvalBatchBegin(_step: number, _logs?: Logs): Result {}
  onEvalBatchEnd(_step: number, _logs?: Logs): Result {}
  onPredictBatchBegin(_step: number, _logs?: Logs): Result {}
  onPredictBatchEnd(_step: number, _logs?: Logs): Result {}
}

const shown = (value: unknown): string =>
  typeof value === 'number'
    ? value.toFixed(4)
    : Array.isArray(value)
      ? value.map(shown).join(' ')
      : '';

/** Writes a line every `logFreq` steps (`verbose` 2), or at the end of each pass (1). */
export class ProgBarLogger extends Callback {
  readonly logFreq: number;
  readonly verbose: number;
  #epochs: number | null = null;

  constructor(
    ...args: Arguments<{ logFreq: number; verbose: number }, readonly ['logFreq', 'verbose']>
  ) {
    super();
    const given = byName<{ logFreq: number; verbose: number }>(
      'ProgBarLogger',
      ['logFreq', 'verbose'],
      args,
    );
    this.logFreq = given.logFreq ?? 1;
    this.verbose = given.verbose ?? 2;
  }

  override onTrainBegin(): void {
    this.#epochs = this.params.epochs ?? null;
  }

  override onEpochBegin(epoch: number): void {
    if (this.verbose) getOutput().write(`Epoch ${epoch + 1}/${this.#epochs ?? '?'}\n`);
  }

  #line(step: number, logs: Logs): void {
    const values = Object.entries(logs)
      .filter(([name]) => name !== 'step' && name !== 'batch_size')
      .map(([name, value]) => `${name}: ${shown(value)}`);
    const of = this.params.steps ? `/${this.params.steps}` : '';
    getOutput().write(`step ${step + 1}${of} - ${values.join(' - ')}\n`);
  }

  override onTrainBatchEnd(step: number, logs: Logs): void {
    if (this.verbose === 2 && (step + 1) % this.logFreq === 0) this.#line(step, logs);
  }

  override onEpochEnd(_epoch: number, logs: Logs): void {
    if (this.verbose) this.#line(logs.step ?? 0, logs);
  }

  override onEvalBegin(): void {
    if (this.verbose) getOutput().write('Eval begin...\n');
  }

  override onEvalEnd(logs: Logs): void {
    if (this.verbose) this.#line(logs.step ?? 0, logs);
  }
}

/** Lets the optimizer's schedule go on: after each batch (the default) or each epoch. `fit` adds one itself. */
export class LRScheduler extends Callback {
  readonly byStep: boolean;
  readonly byEpoch: boolean;

  constructor(
    ...args: Arguments<{ byStep: boolean; byEpoch: boolean }, readonly ['byStep', 'byEpoch']>
  ) {
    super();
    const { byStep = true, byEpoch = false } = byName<{ byStep: boolean; byEpoch: boolean }>(
      'LRScheduler',
      ['byStep', 'byEpoch'],
      args,
    );
    if (byStep && byEpoch) {
      throw new ValueError('LRScheduler: byStep and byEpoch exclude each other');
    }
    this.byStep = byStep;
    this.byEpoch = byEpoch;
  }

  #step(): void {
    const rate = this.model.optimizer?.learningRate;
    if (rate instanceof Schedule) rate.step();
  }

  override onEpochEnd(): void {
    if (this.byEpoch) this.#step();
  }

  override onTrainBatchEnd(): void {
    if (this.byStep) this.#step();
  }
}

/** Saves the model after epochs and at the end; `fit` adds one itself where it has a `saveDir`. */
export class ModelCheckpoint extends Callback {
  readonly saveFreq: number;
  readonly saveDir: string | null;

  constructor(
    ...args: Arguments<{ saveFreq: number; saveDir: string }, readonly ['saveFreq', 'saveDir']>
  ) {
    super();
    const given = byName<{ saveFreq: number; saveDir: string }>(
      'ModelCheckpoint',
      ['saveFreq', 'saveDir'],
      args,
    );
    this.saveFreq = given.saveFreq ?? 1;
    this.saveDir = given.saveDir ?? null;
  }

  override async onEpochEnd(epoch: number): Promise<void> {
    if (this.saveDir !== null && epoch % this.saveFreq === 0) {
      await this.model.save(resolvePath(this.saveDir, String(epoch)));
    }
  }

  override async onTrainEnd(): Promise<void> {
    if (this.saveDir !== null) await this.model.save(resolvePath(this.saveDir, 'final'));
  }
}

interface MonitorArguments {
  /** What is watched: 'loss' (the default) or the name of a metric. */
  readonly monitor: string;
  /** Whether less ('min') or more ('max') is better; by the name for 'auto'. */
  readonly mode: string;
  readonly patience: number;
  readonly verbose: number;
  readonly minDelta: number;
}

/** Whether more of what is watched is better. */
function growing(owner: string, mode: string, monitor: string): boolean {
  if (mode !== 'auto' && mode !== 'min' && mode !== 'max') {
    warn(`${owner}: mode '${mode}' is not known; 'auto' is used`);
  }
  return mode === 'max' || (mode !== 'min' && monitor.includes('acc'));
}

/** The number that is watched, or null with a warning. */
function monitored(owner: string, logs: Logs | undefined, monitor: string): number | null {
  const value = [logs?.[monitor]].flat()[0];
  if (typeof value === 'number') return value;
  warn(`${owner}: there is no '${monitor}' to watch; it is the loss or the name of a metric`);
  return null;
}

interface EarlyStoppingArguments extends MonitorArguments {
  readonly baseline: number;
  readonly saveBestModel: boolean;
}

const earlyStoppingOrder = [
  'monitor',
  'mode',
  'patience',
  'verbose',
  'minDelta',
  'baseline',
  'saveBestModel',
] as const;

/** Ends the training when a number on the evaluation data no longer gets better. */
export class EarlyStopping extends Callback {
  readonly monitor: string;
  readonly patience: number;
  readonly verbose: number;
  readonly baseline: number | null;
  readonly saveBestModel: boolean;
  /** Where `fit` saves. */
  saveDir: string | null = null;
  bestValue = 0;
  waitEpoch = 0;
  stoppedEpoch = 0;
  readonly #growing: boolean;
  readonly #margin: number;

  constructor(...args: Arguments<EarlyStoppingArguments, typeof earlyStoppingOrder>) {
    super();
    const given = byName<EarlyStoppingArguments>('EarlyStopping', earlyStoppingOrder, args);
    this.monitor = given.monitor ?? 'loss';
    this.patience = given.patience ?? 0;
    this.verbose = given.verbose ?? 1;
    this.baseline = given.baseline ?? null;
    this.saveBestModel = given.saveBestModel ?? true;
    this.#growing = growing('EarlyStopping', given.mode ?? 'auto', this.monitor);
    this.#margin = Math.abs(given.minDelta ?? 0);
  }

  override onTrainBegin(): void {
    this.waitEpoch = 0;
    const worst = this.#growing ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    this.bestValue = this.baseline ?? worst;
  }

  override async onEvalEnd(logs?: Logs): Promise<void> {
    const value = monitored('EarlyStopping', logs, this.monitor);
    if (value === null) return;
    const better = this.#growing
      ? value - this.#margin > this.bestValue
      : value + this.#margin < this.bestValue;
    if (better) {
      this.bestValue = value;
      this.waitEpoch = 0;
      if (this.saveBestModel && this.saveDir !== null) {
        await this.model.save(resolvePath(this.saveDir, 'best_model'));
      }
    } else this.waitEpoch++;
    if (this.waitEpoch >= this.patience) {
      this.model.stopTraining = true;
      if (this.verbose > 0) {
        getOutput().write(`Epoch ${this.stoppedEpoch + 1}: Early stopping.\n`);
      }
    }
    this.stoppedEpoch++;
  }
}

interface PlateauArguments extends MonitorArguments {
  readonly factor: number;
  readonly cooldown: number;
  readonly minLr: number;
}

const plateauOrder = [
  'monitor',
  'factor',
  'patience',
  'verbose',
  'mode',
  'minDelta',
  'cooldown',
  'minLr',
] as const;

/** Lowers the rate when a number on the evaluation data no longer gets better. */
export class ReduceLROnPlateau extends Callback {
  readonly monitor: string;
  readonly factor: number;
  readonly patience: number;
  readonly verbose: number;
  readonly cooldown: number;
  readonly minLr: number;
  readonly #growing: boolean;
  readonly #margin: number;
  #best = 0;
  #wait = 0;
  #cooling = 0;

  constructor(...args: Arguments<PlateauArguments, typeof plateauOrder>) {
    super();
    const given = byName<PlateauArguments>('ReduceLROnPlateau', plateauOrder, args);
    this.monitor = given.monitor ?? 'loss';
    this.factor = given.factor ?? 0.1;
    if (!(this.factor < 1)) {
      throw new ValueError(
        `ReduceLROnPlateau: factor must be less than 1, received ${this.factor}`,
      );
    }
    this.patience = given.patience ?? 10;
    this.verbose = given.verbose ?? 1;
    this.cooldown = given.cooldown ?? 0;
    this.minLr = given.minLr ?? 0;
    this.#growing = growing('ReduceLROnPlateau', given.mode ?? 'auto', this.monitor);
    this.#margin = given.minDelta ?? 1e-4;
  }

  override onTrainBegin(): void {
    this.#best = this.#growing ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    this.#wait = this.#cooling = 0;
  }

  override onEvalEnd(logs?: Logs): void {
    const value = monitored('ReduceLROnPlateau', logs, this.monitor);
    const optimizer = this.model.optimizer;
    if (value === null || !optimizer) return;
    if (typeof optimizer.learningRate !== 'number') {
      warn('ReduceLROnPlateau: the rate comes from a schedule and is left alone');
      return;
    }
    if (this.#cooling > 0) {
      this.#cooling--;
      this.#wait = 0;
    }
    const better = this.#growing
      ? value > this.#best + this.#margin
      : value < this.#best - this.#margin;
    if (better) {
      this.#best = value;
      this.#wait = 0;
    } else if (this.#cooling === 0 && ++this.#wait >= this.patience) {
      const rate = optimizer.getLr();
      if (rate <= this.minLr) return;
      optimizer.setLr(Math.max(rate * this.factor, this.minLr));
      if (this.verbose > 0) {
        getOutput().write(`ReduceLROnPlateau reducing learning rate to ${optimizer.getLr()}.\n`);
      }
      this.#cooling = this.cooldown;
      this.#wait = 0;
    }
  }
}
