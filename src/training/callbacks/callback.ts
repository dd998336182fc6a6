import type { Tensor } from '../../tensor/index.ts';
import type { Model } from '../model.ts';

/** Names and values that a training reports: `{ loss, accuracy, val_loss, … }`. */
export type Logs = Record<string, number>;

/** What a callback is told about the run. */
export interface CallbackParams {
  readonly verbose: 0 | 1 | 2;
  readonly epochs: number;
  /** Steps an epoch; null where that is not known beforehand. */
  readonly steps: number | null;
}

type Hook = void | Promise<void>;

/**
 * Code that runs at certain moments of `fit`, `evaluate` and `predict`, under Keras' names. Hooks may be asynchronous: the
 * training waits for them. `model.stopTraining = true` ends the training after the step.
 * @example
 * class Announce extends Callback {
 *   onEpochEnd(epoch, logs) { console.log(epoch, logs.loss); }
 * }
 */
export class Callback {
  /** The model being trained, set before the first hook. */
  model!: Model;
  params: CallbackParams = { verbose: 0, epochs: 1, steps: null };
  /** All callbacks of the run, this one included. */
  companions: readonly Callback[] = [];

  /** Whether the hooks run after those of all other callbacks, in whatever order they are given. */
  get runsLast(): boolean {
    return false;
  }

  setModel(model: Model): void {
    this.model = model;
  }

  setParams(params: CallbackParams): void {
    this.params = params;
  }

  /**
   * Whether the hook at this batch's end will read its logs. Reading them makes the host wait for the step, so callbacks
   * that need them rarely say so here. By default: always, where the hook is overridden.
   */
  needsBatchLogs(mode: 'train' | 'test', _batch: number): boolean {
    return mode === 'train'
      ? this.onTrainBatchEnd !== Callback.prototype.onTrainBatchEnd
      : this.onTestBatchEnd !== Callback.prototype.onTestBatchEnd;
  }

  /** Before the first epoch. */
  onTrainBegin(): Hook {}
  /** After the last epoch; `logs` are the last epoch's. */
  onTrainEnd(_logs: Logs): Hook {}
  onEpochBegin(_epoch: number): Hook {}
  /** `logs` hold the epoch's loss and metrics, with `val_` those of the validation. */
  onEpochEnd(_epoch: number, _logs: Logs): Hook {}
  onTrainBatchBegin(_batch: number): Hook {}
  /** `logs` hold the means since the epoch began. */
  onTrainBatchEnd(_batch: number, _logs: Logs): Hook {}
  onTestBegin(): Hook {}
  onTestEnd(_logs: Logs): Hook {}
  onTestBatchBegin(_batch: number): Hook {}
  onTestBatchEnd(_batch: number, _logs: Logs): Hook {}
  onPredictBegin(): Hook {}
  onPredictEnd(): Hook {}
  onPredictBatchBegin(_batch: number): Hook {}
  onPredictBatchEnd(_batch: number): Hook {}

  /** What `BackupAndRestore` has to keep of this callback, as plain JSON; undefined for nothing. */
  getState(): unknown {
    return undefined;
  }

  /** Tensors that belong to the state. */
  getStateTensors(): Readonly<Record<string, Tensor>> {
    return {};
  }

  /** Takes back what `getState` and `getStateTensors` gave. */
  setState(_state: unknown, _tensors: Readonly<Record<string, Tensor>>): void {}
}
