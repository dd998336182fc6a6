export { checkGradient, type GradientCheckOptions } from './check-gradient.ts';
export { type CheckLayerOptions, checkLayer } from './check-layer.ts';
