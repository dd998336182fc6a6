export * from './byte-source.ts';
export * from './file-array.ts';
export * from './json.ts';
export * as safetensors from './safetensors.ts';
