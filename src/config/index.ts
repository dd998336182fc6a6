export * from './configurable.ts';
export * from './names.ts';
export * from './option.ts';
export * from './registry.ts';
export * from './serialized.ts';
