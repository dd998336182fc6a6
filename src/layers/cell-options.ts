import { boolean, number, omitted, requiredInteger } from '../config/index.ts';
import type { Initializer } from '../initializers/index.ts';
import { concat, dropout, ones, type Parameter } from '../ops/index.ts';
import type { DType, Shape, Tensor } from '../tensor/index.ts';
import { activation, constraint, initializer, regularizer, seed } from './layer-options.ts';

const share = () => number(0, { min: 0, max: 1 });

/** Options of the cells' weights. */
export const weightOptions = {
  useBias: boolean(true),
  kernelInitializer: initializer('glorotUniform'),
  recurrentInitializer: initializer('orthogonal'),
  biasInitializer: initializer('zeros'),
  kernelRegularizer: regularizer(),
  recurrentRegularizer: regularizer(),
  biasRegularizer: regularizer(),
  kernelConstraint: constraint(),
  recurrentConstraint: constraint(),
  biasConstraint: constraint(),
  /** Share of the inputs that is dropped in training, the same for all steps. */
  dropout: share(),
  /** Share of the state that is dropped in training, the same for all steps. */
  recurrentDropout: share(),
  seed: omitted(seed(), 'null'),
};

/** Options of every kind of cell. */
export const cellOptions = {
  /** Size of the state. */
  units: requiredInteger(),
  activation: activation('tanh'),
  ...weightOptions,
};

/** Options of cells with gates. */
export const gateOptions = { ...cellOptions, recurrentActivation: activation('sigmoid') };

/** A sequence [batch, time, ...] of which a random share is dropped, the same in each step. */
export function droppedSteps(
  x: Tensor,
  rate: number,
  training: boolean,
  own: number | null,
): Tensor {
  if (!training || rate === 0) return x;
  return dropout(x, rate, { noiseShape: x.shape.with(1, 1), seed: own });
}

/** What a state is multiplied by in each step so that a random share is dropped; made at the first. */
export function stateDropout(
  rate: number,
  training: boolean,
  own: number | null,
): (state: Tensor) => Tensor {
  let mask: Tensor | null = null;
  return (state) => {
    if (!training || rate === 0) return state;
    mask ??= dropout(ones(state.shape, { dtype: state.dtype }), rate, { seed: own });
    return state.mul(mask);
  };
}

/** A bias of four gates that starts with 1 for the second, the forget gate's, so that a state is kept at first. */
export const forgetBias =
  (given: Initializer, units: number) =>
  (_shape: Shape, dtype: DType): Tensor =>
    concat([given.call([units], dtype), ones([units], { dtype }), given.call([2 * units], dtype)]);

/** Weights that cells share. */
export interface CellWeights {
  kernel: Parameter;
  recurrentKernel: Parameter;
  bias: Parameter | null;
}
