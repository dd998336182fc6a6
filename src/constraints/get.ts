import { nullable, option, Registry, type Serialized, serialize } from '../config/index.ts';
import { Constraint } from './constraint.ts';
import * as constraints from './index.ts';

/** What an option takes for a constraint. */
export type ConstraintLike = Constraint | string | Serialized;

const registry = new Registry<Constraint>('constraint', () => constraints, {
  nonnegative: 'nonneg',
});

/** A constraint from its name (`'maxNorm'`), its form in a file, or itself. */
export const getConstraint = (identifier: ConstraintLike, where = 'constraint'): Constraint =>
  registry.resolve(identifier, where, (value) => value instanceof Constraint);

/** An option that holds a constraint, null by default. */
export const constraint = () =>
  nullable(option(getConstraint, 'nonNeg' as ConstraintLike, { write: serialize }));
