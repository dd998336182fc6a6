export * from './functional.ts';
export type { ImageArray } from './image.ts';
export * from './transforms.ts';
