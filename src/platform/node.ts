export * from './node/cache.ts';
export {
  defaultMaxBytes,
  exists,
  joinPath,
  listFolder,
  makeFolder,
  openAppend,
  openAppendSync,
  openFile,
  readFile,
  removeFile,
  writeFileAtomic,
} from './node/files.ts';
export { openNativeDoor } from './node/native.ts';
export { decodePicture } from './node/pictures.ts';
export { rasterizeSvg } from './node/raster.ts';
export * from './node/system.ts';
export * from './platform.ts';
