/** Gradus as PaddlePaddle's users know it. */
export * as default from './namespace.ts';
export * from './namespace.ts';
