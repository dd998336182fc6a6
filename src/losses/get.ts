import {
  badOption,
  customObject,
  isSerialized,
  Registry,
  type Serialized,
  spelling,
} from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import * as losses from './index.ts';
import { Loss } from './loss.ts';

/** What `compile` takes for a loss: a name, a loss, a function of labels and predictions, the form of a file. */
export type LossLike = string | Loss | ((yTrue: Tensor, yPred: Tensor) => Tensor) | Serialized;

const registry = new Registry<Loss>('loss', () => losses, {
  mse: 'meansquarederror',
  mae: 'meanabsoluteerror',
  mape: 'meanabsolutepercentageerror',
  msle: 'meansquaredlogarithmicerror',
  bce: 'binarycrossentropy',
  kld: 'kldivergence',
  kullbackleiblerdivergence: 'kldivergence',
  huberloss: 'huber',
});

/** A loss made of a function in user code. */
class CustomLoss extends Loss {
  readonly f: (yTrue: Tensor, yPred: Tensor) => Tensor;

  constructor(f: (yTrue: Tensor, yPred: Tensor) => Tensor) {
    super({ name: f.name || 'loss' });
    this.f = f;
  }

  override get className(): string {
    return this.name;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return this.f(yTrue, yPred);
  }
}

/** Losses by the functions of this folder that compute them. */
function classOfFunction(f: unknown): string | undefined {
  for (const [name, value] of Object.entries(losses)) {
    if (value === f) return spelling(name);
  }
  return undefined;
}

/** A loss from its name (`'mse'`, `'categoricalCrossentropy'`), a function, its form in a file, or itself. */
export function getLoss(identifier: LossLike, where = 'loss'): Loss {
  if (typeof identifier === 'string') {
    const custom = customObject(identifier);
    if (typeof custom === 'function' && !(custom.prototype instanceof Loss)) {
      return new CustomLoss(custom as (yTrue: Tensor, yPred: Tensor) => Tensor);
    }
  }
  if (isSerialized(identifier) && identifier.class_name === 'function') {
    return getLoss(String(identifier.config), where);
  }
  if (typeof identifier === 'function' && !Object.hasOwn(identifier, 'className')) {
    const known = classOfFunction(identifier);
    return known ? registry.fromName(known, where) : new CustomLoss(identifier);
  }
  if (identifier === null || identifier === undefined) {
    throw badOption(where, 'a loss', identifier);
  }
  return registry.resolve(identifier, where, (value) => value instanceof Loss);
}
