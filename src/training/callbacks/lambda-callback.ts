import { ValueError } from '../../tensor/index.ts';
import { Callback } from './callback.ts';

/** The hooks of `Callback`, as plain functions. */
export type LambdaHooks = Partial<
  Pick<
    Callback,
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
    | 'onPredictBatchEnd'
  >
>;

/**
 * A callback out of functions.
 * @example new LambdaCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) })
 */
export class LambdaCallback extends Callback {
  constructor(hooks: LambdaHooks) {
    super();
    for (const [name, hook] of Object.entries(hooks)) {
      if (!name.startsWith('on') || !(name in Callback.prototype)) {
        throw new ValueError(`LambdaCallback: there is no hook '${name}'`);
      }
      if (hook !== undefined)
        Object.defineProperty(this, name, { value: hook, configurable: true });
    }
  }
}
