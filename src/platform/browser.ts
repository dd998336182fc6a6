export * from './browser/cache.ts';
export * from './browser/files.ts';
export { openNativeDoor } from './browser/native.ts';
export { decodePicture } from './browser/pictures.ts';
export { rasterizeSvg } from './browser/raster.ts';
export * from './browser/system.ts';
export * from './platform.ts';
