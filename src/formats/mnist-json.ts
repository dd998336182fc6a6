import type { DecodeOptions } from './file-array.ts';
import { DigitsReader } from './mnist-json-reader.ts';
import { type PartName, partNames, pixelsOfImage } from './mnist-json-shape.ts';

export { type PartName, partNames, pixelsOfImage } from './mnist-json-shape.ts';

/**
 * Images and labels. As long as there are no more than 256 different numbers, pixels are bytes that `palette` gives a meaning to:
 * a fourth of the memory, and the same numbers.
 */
export interface MnistJsonPart {
  readonly length: number;
  /** Places in the palette, or the numbers themselves where there is none; 784 for each image. */
  readonly pixels: Uint8Array | Float32Array;
  readonly palette: Float32Array | null;
  readonly labels: Float64Array;
}

/** What the file holds. */
export type MnistJsonParts = Readonly<Record<PartName, MnistJsonPart>>;

/**
 * Reads `[train, valid, eval]`, each `[images, labels]`, an image being 784 numbers, from pieces of JSON text. The text is never
 * held. Throws a FormatError that names the first sample which is not so.
 */
export async function decodeChunks(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: DecodeOptions = {},
): Promise<MnistJsonParts> {
  const reader = new DigitsReader(options);
  for await (const chunk of chunks) reader.push(chunk);
  return reader.finish();
}

/** The JSON text of the file in pieces. */
export function* encodeChunks(parts: MnistJsonParts): Generator<Uint8Array> {
  const text = new TextPieces();
  for (const [i, name] of partNames.entries()) {
    const { pixels, palette, labels, length } = parts[name];
    text.write(i === 0 ? '[[[' : ',[[');
    const texts = palette && Array.from(palette, shortest);
    for (let image = 0; image < length; image++) {
      text.write(image === 0 ? '[' : ',[');
      for (let at = image * pixelsOfImage; at < (image + 1) * pixelsOfImage; at++) {
        if (at % pixelsOfImage > 0) text.write(',');
        text.write(texts ? texts[pixels[at]] : shortest(pixels[at]));
      }
      text.write(']');
      if (text.isFull) yield text.take();
    }
    text.write(']');
    yield text.take();
    yield new TextEncoder().encode(`,[${labels.join()}]]`);
  }
  text.write(']');
  yield text.take();
}

const pieceBytes = 1 << 18;

/** Gathers ASCII text into bytes. */
class TextPieces {
  #bytes = new Uint8Array(2 * pieceBytes);
  #used = 0;

  get isFull(): boolean {
    return this.#used > pieceBytes;
  }

  write(text: string): void {
    for (let i = 0; i < text.length; i++) this.#bytes[this.#used++] = text.charCodeAt(i);
  }

  take(): Uint8Array {
    const piece = this.#bytes.subarray(0, this.#used);
    this.#bytes = new Uint8Array(2 * pieceBytes);
    this.#used = 0;
    return piece;
  }
}

/** The shortest decimal that is read back as the same float32. */
function shortest(value: number): string {
  const wanted = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(wanted.toPrecision(digits)));
    if (Math.fround(Number(text)) === wanted) return text;
  }
  return String(Number(wanted.toPrecision(9)));
}
