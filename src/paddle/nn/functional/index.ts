export * from './activation.ts';
export * from './conv.ts';
export * from './pooling.ts';
