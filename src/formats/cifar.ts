// The binary version of CIFAR-10 (https://www.cs.toronto.edu/~kriz/cifar.html): records of a label and 32 x 32 pixels,
// first all red values, then green, then blue.
import { FormatError } from '../tensor/index.ts';
import type { DecodeOptions, FileArray } from './file-array.ts';

const side = 32;
const channels = 3;
const plane = side * side;
const recordBytes = 1 + plane * channels;

/** Images and labels of one file. */
export interface Cifar {
  /** uint8 [n, 32, 32, 3]: channels last. */
  readonly images: FileArray;
  /** uint8 [n], 0 to 9. */
  readonly labels: FileArray;
}

/** Decodes one or several files of records, one behind the other. */
export function decode(files: readonly Uint8Array[], { file }: DecodeOptions = {}): Cifar {
  for (const bytes of files) {
    if (bytes.length > 0 && bytes.length % recordBytes === 0) continue;
    throw new FormatError('the file is no sequence of CIFAR-10 records', {
      file,
      expected: `a multiple of ${recordBytes} bytes`,
      received: String(bytes.length),
    });
  }
  const count = files.reduce((sum, bytes) => sum + bytes.length / recordBytes, 0);
  const images = new Uint8Array(count * plane * channels);
  const labels = new Uint8Array(count);
  let next = 0;
  for (const bytes of files) {
    for (let at = 0; at < bytes.length; at += recordBytes, next++) {
      labels[next] = bytes[at];
      if (bytes[at] > 9) {
        const [expected, received] = ['a label of 0 to 9', String(bytes[at])];
        throw new FormatError('bad record', { file, offset: at, expected, received });
      }
      let to = next * plane * channels;
      for (let from = at + 1; from <= at + plane; from++) {
        images[to++] = bytes[from];
        images[to++] = bytes[from + plane];
        images[to++] = bytes[from + 2 * plane];
      }
    }
  }
  return {
    images: { dtype: 'uint8', shape: [count, side, side, channels], data: images },
    labels: { dtype: 'uint8', shape: [count], data: labels },
  };
}
