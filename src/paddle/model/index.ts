export { flops } from './flops.ts';
export { Model } from './model.ts';
export { type Summary, summary } from './summary.ts';
