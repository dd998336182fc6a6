export { checkGradient, type GradientCheckOptions } from './check-gradient.ts';
