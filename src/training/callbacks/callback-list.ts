import { show } from '../../config/index.ts';
import { GradusError, ValueError } from '../../tensor/index.ts';
import type { Model } from '../model.ts';
import { Callback, type CallbackParams, type Logs } from './callback.ts';

type HookName =
  | 'onTrainBegin'
  | 'onTrainEnd'
  | 'onEpochBegin'
  | 'onEpochEnd'
  | 'onTrainBatchBegin'
  | 'onTrainBatchEnd'
  | 'onTestBegin'
  | 'onTestEnd'
  | 'onTestBatchBegin'
  | 'onTestBatchEnd'
  | 'onPredictBegin'
  | 'onPredictEnd'
  | 'onPredictBatchBegin'
  | 'onPredictBatchEnd';

/** Calls several callbacks in order, and waits for those that are asynchronous. */
export class CallbackList {
  readonly callbacks: readonly Callback[];
  readonly #listeners = new Map<HookName, readonly Callback[]>();

  constructor(callbacks: readonly Callback[], model: Model, params: CallbackParams) {
    for (const callback of callbacks) {
      if (!(callback instanceof Callback)) {
        throw new ValueError(
          `callbacks: expected objects of class Callback, received ${describe(callback)}; ` +
            'extend Callback or use new LambdaCallback({ onEpochEnd: … })',
        );
      }
    }
    this.callbacks = callbacks;
    for (const callback of callbacks) {
      callback.setParams(params);
      callback.setModel(model);
      callback.companions = callbacks;
    }
  }

  /** Calls a hook; the result is a promise only if a callback gave one. */
  call(name: HookName, ...args: readonly unknown[]): void | Promise<void> {
    return this.#callFrom(this.#listening(name), 0, name, args);
  }

  /** Whether any callback will read the logs of this batch. */
  needsBatchLogs(mode: 'train' | 'test', batch: number): boolean {
    const name = mode === 'train' ? 'onTrainBatchEnd' : 'onTestBatchEnd';
    return this.#listening(name).some((callback) => callback.needsBatchLogs(mode, batch));
  }

  /** Calls the hook of a batch's end for callbacks that asked for logs with them, for others with none. */
  batchEnd(mode: 'train' | 'test', batch: number, logs: Logs): void | Promise<void> {
    return this.call(mode === 'train' ? 'onTrainBatchEnd' : 'onTestBatchEnd', batch, logs);
  }

  #listening(name: HookName): readonly Callback[] {
    let found = this.#listeners.get(name);
    if (!found) {
      found = this.callbacks.filter((callback) => callback[name] !== Callback.prototype[name]);
      this.#listeners.set(name, found);
    }
    return found;
  }

  #callFrom(
    list: readonly Callback[],
    start: number,
    name: HookName,
    args: readonly unknown[],
  ): void | Promise<void> {
    for (let i = start; i < list.length; i++) {
      const hook = list[i][name] as (...args: readonly unknown[]) => void | Promise<void>;
      let result: void | Promise<void>;
      try {
        result = hook.apply(list[i], [...args]);
      } catch (error) {
        throw named(error, list[i], name);
      }
      if (result instanceof Promise) {
        return result.then(
          () => this.#callFrom(list, i + 1, name, args),
          (error: unknown) => {
            throw named(error, list[i], name);
          },
        );
      }
    }
  }
}

/** What a callback threw, and still the same object, with a message that says which callback it was. */
function named(error: unknown, callback: Callback, hook: HookName): unknown {
  const { name } = callback.constructor;
  if (!(error instanceof Error)) {
    return new GradusError(`${name}.${hook}: threw ${show(error)}`, { cause: error });
  }
  const { message, stack } = error;
  if (message.startsWith(name)) return error;
  const told = `${name}.${hook}: ${message}`;
  Object.defineProperty(error, 'message', { value: told, configurable: true, writable: true });
  if (stack) error.stack = stack.replace(message, () => told);
  return error;
}

function describe(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value);
  return `an object of class ${value.constructor?.name ?? 'Object'}`;
}
