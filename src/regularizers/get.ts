import { nullable, option, Registry, type Serialized, serialize } from '../config/index.ts';
import * as regularizers from './index.ts';
import { Regularizer } from './regularizer.ts';

/** What an option takes for a regularizer. */
export type RegularizerLike = Regularizer | string | Serialized;

const registry = new Registry<Regularizer>('regularizer', () => regularizers);

/** A regularizer from its name (`'l2'`), its form in a file, or itself. */
export const getRegularizer = (identifier: RegularizerLike, where = 'regularizer'): Regularizer =>
  registry.resolve(identifier, where, (value) => value instanceof Regularizer);

/** An option that holds a regularizer, null by default. */
export const regularizer = () =>
  nullable(option(getRegularizer, 'l2' as RegularizerLike, { write: serialize }));
