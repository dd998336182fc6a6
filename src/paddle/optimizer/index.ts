export { Adam, Adamax, AdamW, NAdam, RAdam } from './adam.ts';
export { Adadelta, Adagrad, RMSProp, Rprop } from './adaptive.ts';
export { ASGD } from './asgd.ts';
export { Lamb } from './lamb.ts';
export { LBFGS } from './lbfgs.ts';
export * as lr from './lr/index.ts';
export { Momentum } from './momentum.ts';
export { Optimizer, type OptimizerState, type ParameterGroup } from './optimizer.ts';
export { SGD } from './sgd.ts';
