export { CosineDecay, cosineDecay } from './cosine-decay.ts';
export { CosineDecayRestarts, cosineDecayRestarts } from './cosine-decay-restarts.ts';
export { ExponentialDecay, exponentialDecay } from './exponential-decay.ts';
export { getSchedule } from './get.ts';
export { InverseTimeDecay, inverseTimeDecay } from './inverse-time-decay.ts';
export { LearningRateSchedule } from './learning-rate-schedule.ts';
export { PiecewiseConstantDecay, piecewiseConstantDecay } from './piecewise-constant-decay.ts';
export { PolynomialDecay, polynomialDecay } from './polynomial-decay.ts';
