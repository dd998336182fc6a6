import type { FileDType } from '../file-array.ts';
import type { Cursor } from './cursor.ts';

/** What elements are. `size` is theirs in the file. */
export type Datatype =
  | {
      readonly kind: 'number';
      readonly dtype: FileDType;
      readonly size: number;
      readonly littleEndian: boolean;
    }
  /** Text of a fixed length, filled up with zeros or spaces. */
  | { readonly kind: 'string'; readonly size: number; readonly spaces: boolean }
  /** Text of any length in a heap. */
  | { readonly kind: 'text'; readonly size: number }
  | { readonly kind: 'opaque'; readonly size: number }
  | { readonly kind: 'other'; readonly size: number; readonly what: string };

const otherKinds: Readonly<Record<number, string>> = {
  2: 'times',
  4: 'bit fields',
  6: 'compounds',
  7: 'references',
  9: 'lists of varying length',
  10: 'arrays',
};

/** Reads a type's description. */
export function readDatatype(cursor: Cursor): Datatype {
  const head = cursor.u8();
  const kind = head & 15;
  const version = head >> 4;
  if (version < 1 || version > 5) cursor.fail('unknown version of a type', '1 to 5', `${version}`);
  const bits = cursor.uint(3);
  const size = cursor.u32();
  if (size === 0) cursor.fail('a type of no size');
  const littleEndian = (bits & 1) === 0;
  switch (kind) {
    case 0: {
      const [offset, precision] = [cursor.u16(), cursor.u16()];
      const dtype = `${bits & 8 ? '' : 'u'}int${size * 8}`;
      if (offset !== 0 || precision !== size * 8 || ![1, 2, 4, 8].includes(size)) {
        return { kind: 'other', size, what: `integers of ${precision} bits in ${size} bytes` };
      }
      return { kind: 'number', dtype: dtype as FileDType, size, littleEndian };
    }
    case 1: {
      const dtype = readFloat(cursor, size);
      if (!dtype || bits & 0x40) return { kind: 'other', size, what: `floats of ${size} bytes` };
      return { kind: 'number', dtype, size, littleEndian };
    }
    case 3:
      return { kind: 'string', size, spaces: (bits & 15) === 2 };
    case 5:
      return { kind: 'opaque', size };
    case 8:
      return readEnum(cursor, size, bits & 0xffff, version);
    case 9:
      if ((bits & 15) === 1) return { kind: 'text', size };
  }
  return { kind: 'other', size, what: otherKinds[kind] ?? `a type of kind ${kind}` };
}

/** Float formats by size, then bits of exponent and mantissa. */
const floats: Readonly<Record<string, FileDType>> = {
  '2/5/10': 'float16',
  '2/8/7': 'bfloat16',
  '4/8/23': 'float32',
  '8/11/52': 'float64',
  '1/4/3': 'float8e4m3',
  '1/5/2': 'float8e5m2',
};

function readFloat(cursor: Cursor, size: number): FileDType | undefined {
  cursor.skip(5);
  const exponent = cursor.u8();
  cursor.skip(1);
  const mantissa = cursor.u8();
  const key = `${size}/${exponent}/${mantissa}`;
  return Object.hasOwn(floats, key) ? floats[key] : undefined;
}

/** Bools are a list of the names FALSE and TRUE; other lists are read as the numbers behind the names. */
function readEnum(cursor: Cursor, size: number, count: number, version: number): Datatype {
  const base = readDatatype(cursor);
  if (base.kind !== 'number') return { kind: 'other', size, what: 'a list of names' };
  const names: string[] = [];
  for (let i = 0; i < count && cursor.left > 0; i++) {
    const end = cursor.bytes.indexOf(0, cursor.at);
    if (end < 0) cursor.fail('a name does not end');
    const length = end - cursor.at;
    names.push(String.fromCharCode(...cursor.bytes.subarray(cursor.at, cursor.at + length)));
    // Versions before the third fill names up to a multiple of 8.
    cursor.skip(Math.min(cursor.left, version < 3 ? padded(length + 1) : length + 1));
  }
  const isBool = size === 1 && names.join() === 'FALSE,TRUE';
  return { ...base, dtype: isBool ? 'bool' : base.dtype };
}

const padded = (length: number): number => (length + 7) & ~7;
