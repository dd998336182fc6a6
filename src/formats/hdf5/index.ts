export { Hdf5Dataset, type Piece } from './dataset.ts';
export {
  type AttributeInput,
  type DatasetInput,
  encode,
  encodePieces,
  type GroupInput,
  groupsOf,
} from './encode.ts';
export { Hdf5Group, open } from './group.ts';
export { sniff } from './superblock.ts';
export type { AttributeValue } from './values.ts';
