export {
  CosineAnnealingDecay,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  OneCycleLR,
} from './cycles.ts';
export {
  ExponentialDecay,
  InverseTimeDecay,
  LambdaDecay,
  LinearLR,
  LinearWarmup,
  MultiplicativeDecay,
  MultiStepDecay,
  NaturalExpDecay,
  NoamDecay,
  PiecewiseDecay,
  PolynomialDecay,
  StepDecay,
} from './decays.ts';
export { ReduceOnPlateau } from './reduce-on-plateau.ts';
export { LRScheduler, type SchedulerState } from './scheduler.ts';
