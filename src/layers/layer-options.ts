import { anything, integer, nullable, omitted } from '../config/index.ts';
import { constraint } from '../constraints/index.ts';
import { initializer } from '../initializers/index.ts';
import { regularizer } from '../regularizers/index.ts';
import { activation } from './activations.ts';

/** Keras writes it into configs of a few layers; Gradus does not quantize. */
export const quantizationConfig = () => omitted(nullable(anything<unknown>(null)), 'null');

/** The penalty on a layer's output, in configs of layers that always show it. */
export const activityRegularizer = regularizer;

/** Seed of a random layer: the same seed gives the same draws; null takes them from the program's generator. */
export const seed = () => nullable(integer(0));

export { activation, constraint, initializer, regularizer };
