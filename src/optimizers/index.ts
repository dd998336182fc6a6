export { Adam, adam } from './adam.ts';
export { AdamW, adamW } from './adam-w.ts';
export { getOptimizer, type OptimizerLike } from './get.ts';
export type { RateSource } from './learning-rate.ts';
export { type Formulas, Optimizer } from './optimizer.ts';
export { RMSprop, rmsprop } from './rmsprop.ts';
export * as schedules from './schedules/index.ts';
export { SGD, sgd } from './sgd.ts';
export type { Scalars } from './step-scalars.ts';
