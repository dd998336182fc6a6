export * from './browser/cache.ts';
export * from './browser/files.ts';
export * from './browser/system.ts';
export * from './platform.ts';
