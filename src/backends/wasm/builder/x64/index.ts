export { NotEncodable } from './instructions.ts';
export {
  type CallingConvention,
  type ControlOffsets,
  encodeCpuid,
  encodeDriver,
  encodeXgetbv,
} from './routines.ts';
export { avx2Traits, avx512Traits, encodeX64 } from './x64-target.ts';
