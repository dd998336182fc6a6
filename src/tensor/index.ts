export * from './dtype.ts';
export * from './errors.ts';
export { observeReads } from './reads.ts';
export * from './scope.ts';
export * from './shape.ts';
export type { Storage } from './storage.ts';
export * from './tensor.ts';
export type { View } from './view.ts';
