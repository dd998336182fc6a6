import { Registry, type Serialized } from '../config/index.ts';
import * as optimizers from './index.ts';
import { Optimizer } from './optimizer.ts';

/** What `compile` takes for an optimizer: a name, an optimizer, the form of a file. */
export type OptimizerLike = string | Optimizer | Serialized;

const registry = new Registry<Optimizer>('optimizer', () => optimizers);

/** An optimizer from its name (`'adam'`), its form in a file, or itself. */
export const getOptimizer = (identifier: OptimizerLike, where = 'optimizer'): Optimizer =>
  registry.resolve(identifier, where, (value) => value instanceof Optimizer);
