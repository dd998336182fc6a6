import { FormatError } from '../tensor/index.ts';
import { joinBytes } from './byte-source.ts';
import { type DecodeOptions, defaultBudget } from './file-array.ts';
import type { MnistJsonPart, MnistJsonParts } from './mnist-json.ts';
import { partNames, pixelsOfImage } from './mnist-json-shape.ts';
import { PaletteStore } from './palette-store.ts';

const [OPEN, CLOSE, COMMA, MINUS, PLUS, POINT] = [0x5b, 0x5d, 0x2c, 0x2d, 0x2b, 0x2e];
const [ZERO, NINE, UPPER_E, LOWER_E] = [0x30, 0x39, 0x45, 0x65];

/** Depths at which things stand: the file, a part, its list of images or labels, the numbers of an image. */
const PART = 2;
const LIST = 3;
const IMAGE = 4;

/** The longest text that is a number; what is longer is none of a pixel or label. */
const longestNumber = 64;

/** Powers of ten that are exact. */
const powers = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** Reads the text piece by piece; only numbers are kept. */
export class DigitsReader {
  readonly #file: string | undefined;
  readonly #maxBytes: number;
  readonly #parts: MnistJsonPart[] = [];
  #pixels: PaletteStore;
  #labels: number[] = [];
  #images = 0;
  /** Numbers of the image that is being read. */
  #inImage = 0;
  #depth = 0;
  /** Lists of the part that have been met. */
  #lists = 0;
  /** Whether a comma or the end of the list must come next. */
  #afterValue = false;
  /** Whether a value must come next. */
  #afterComma = false;
  #ended = false;
  #rest: Uint8Array = new Uint8Array(0);
  /** Bytes before the piece that is being read. */
  #before = 0;
  #held = 0;

  constructor({ file, maxBytes = defaultBudget }: DecodeOptions) {
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#pixels = new PaletteStore();
  }

  push(piece: Uint8Array): void {
    const bytes = this.#rest.length > 0 ? joinBytes([this.#rest, piece]) : piece;
    const read = this.#scan(bytes);
    this.#rest = bytes.slice(read);
    this.#before += read;
    if (this.#rest.length > longestNumber) this.#fail(0, 'bad JSON', 'a number');
  }

  finish(): MnistJsonParts {
    if (!this.#ended || this.#rest.length > 0) this.#fail(0, 'the text is truncated', "']'");
    const [train, valid, evaluation] = this.#parts;
    return { train, valid, eval: evaluation };
  }

  /** Where the sample that is being read stands, for messages. */
  get #place(): string {
    const part = partNames[this.#parts.length] ?? `part ${this.#parts.length}`;
    if (this.#depth < LIST) return part;
    return this.#lists === 1
      ? `${part}: image ${this.#images}`
      : `${part}: label ${this.#labels.length}`;
  }

  #fail(at: number, problem: string, expected?: string, received?: string): never {
    const offset = this.#before + at;
    throw new FormatError(problem, { file: this.#file, offset, expected, received });
  }

  /** Reads what is complete; gives how many bytes that was. */
  #scan(bytes: Uint8Array): number {
    const { length } = bytes;
    let at = 0;
    while (at < length) {
      const byte = bytes[at];
      if (byte === COMMA) {
        if (!this.#afterValue || this.#depth === 0) this.#fail(at, 'bad JSON', 'a value', "','");
        this.#afterValue = false;
        this.#afterComma = true;
        at++;
      } else if (byte === MINUS || (byte >= ZERO && byte <= NINE)) {
        let end = at + 1;
        while (end < length && isNumberByte(bytes[end])) end++;
        if (end === length) return at;
        this.#number(bytes, at, end);
        at = end;
      } else if (byte === OPEN) {
        this.#open(at++);
      } else if (byte === CLOSE) {
        this.#close(at++);
      } else if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
        at++;
      } else {
        const received = JSON.stringify(String.fromCharCode(...bytes.subarray(at, at + 8)));
        this.#fail(at, `${this.#place}: neither a number nor a list`, undefined, received);
      }
    }
    return at;
  }

  #startValue(at: number): void {
    if (this.#ended || this.#afterValue)
      this.#fail(at, 'bad JSON', this.#ended ? 'the end' : "','");
    this.#afterComma = false;
  }

  #open(at: number): void {
    this.#startValue(at);
    this.#depth++;
    const { length } = this.#parts;
    if (this.#depth === PART && length === partNames.length) {
      this.#fail(at, 'a fourth part', `three: ${partNames.join(', ')}`);
    }
    if (this.#depth === LIST && ++this.#lists > 2) {
      this.#fail(at, `${this.#place}: a third list`, 'images and labels');
    }
    if (this.#depth === IMAGE && this.#lists !== 1) {
      this.#fail(at, this.#place, 'a number', 'a list');
    }
    if (this.#depth > IMAGE) this.#fail(at, this.#place, '784 numbers', 'a list of lists');
  }

  #close(at: number): void {
    if (this.#depth === 0 || this.#afterComma) this.#fail(at, 'bad JSON', 'a value', "']'");
    if (this.#depth === IMAGE) this.#endImage(at);
    if (this.#depth === PART) this.#endPart(at);
    this.#depth--;
    this.#afterValue = this.#depth > 0;
    if (this.#depth > 0) return;
    this.#ended = true;
    if (this.#parts.length < partNames.length) {
      const received = `${this.#parts.length}`;
      this.#fail(at, 'parts are missing', `three: ${partNames.join(', ')}`, received);
    }
  }

  #endImage(at: number): void {
    if (this.#inImage !== pixelsOfImage) {
      this.#fail(at, this.#place, `${pixelsOfImage} numbers`, `${this.#inImage}`);
    }
    this.#inImage = 0;
    this.#images++;
    this.#held += pixelsOfImage * this.#pixels.bytesPerValue;
    if (this.#held <= this.#maxBytes) return;
    const expected = `at most ${this.#maxBytes} bytes`;
    this.#fail(at, 'the images need more memory than is allowed (maxBytes)', expected);
  }

  #endPart(at: number): void {
    const [part, images, labels] = [this.#place, this.#images, this.#labels.length];
    if (this.#lists < 2) this.#fail(at, `${part}: ${this.#lists} lists`, 'images and labels');
    if (images !== labels) {
      this.#fail(
        at,
        `${part}: images and labels do not belong together`,
        `${images} labels`,
        `${labels}`,
      );
    }
    const { pixels, palette } = this.#pixels.finish();
    this.#parts.push({ length: images, pixels, palette, labels: Float64Array.from(this.#labels) });
    this.#pixels = new PaletteStore();
    this.#labels = [];
    this.#images = 0;
    this.#lists = 0;
  }

  #number(bytes: Uint8Array, start: number, end: number): void {
    this.#startValue(start);
    if (this.#depth === IMAGE) {
      if (++this.#inImage > pixelsOfImage) {
        this.#fail(start, this.#place, `${pixelsOfImage} numbers`, 'more');
      }
      this.#pixels.push(this.#float32(bytes, start, end));
    } else if (this.#depth === LIST && this.#lists === 2) {
      this.#labels.push(this.#exact(bytes, start, end));
    } else {
      const expected = this.#depth === LIST ? 'a list of 784 numbers' : 'a list';
      this.#fail(start, this.#place, expected, this.#text(bytes, start, end));
    }
    this.#afterValue = true;
  }

  /**
   * A decimal as float32. Digits are added up in float64, whose few last bits may be wrong; where they could decide the float32,
   * JavaScript reads the text.
   */
  #float32(bytes: Uint8Array, start: number, end: number): number {
    let at = bytes[start] === MINUS ? start + 1 : start;
    const first = at;
    let sum = 0;
    while (at < end && bytes[at] >= ZERO && bytes[at] <= NINE) sum = sum * 10 + bytes[at++] - ZERO;
    const whole = at - first;
    let decimals = 0;
    if (at < end && bytes[at] === POINT) {
      const from = ++at;
      while (at < end && bytes[at] >= ZERO && bytes[at] <= NINE)
        sum = sum * 10 + bytes[at++] - ZERO;
      decimals = at - from;
      if (decimals === 0) return this.#exact(bytes, start, end);
    }
    if (at < end || whole === 0 || (whole > 1 && bytes[first] === ZERO) || decimals > 22) {
      return Math.fround(this.#exact(bytes, start, end));
    }
    const value = sum / powers[decimals];
    const near = Math.fround(value);
    const error = value * 1e-14;
    if (Math.fround(value - error) !== near || Math.fround(value + error) !== near) {
      return Math.fround(this.#exact(bytes, start, end));
    }
    return bytes[start] === MINUS ? -near : near;
  }

  #exact(bytes: Uint8Array, start: number, end: number): number {
    const text = this.#text(bytes, start, end);
    if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return Number(text);
    return this.#fail(start, `${this.#place}: bad JSON`, 'a number', JSON.stringify(text));
  }

  #text = (bytes: Uint8Array, start: number, end: number): string =>
    String.fromCharCode(...bytes.subarray(start, Math.min(end, start + longestNumber)));
}

const isNumberByte = (byte: number): boolean =>
  (byte >= ZERO && byte <= NINE) ||
  byte === POINT ||
  byte === MINUS ||
  byte === PLUS ||
  byte === LOWER_E ||
  byte === UPPER_E;
