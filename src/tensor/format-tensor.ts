import { type DType, dtypes, readSlot, type TypedArray, writeSlot } from './dtype.ts';
import type { View } from './view.ts';

/** NumPy's defaults (`numpy.set_printoptions`). */
const THRESHOLD = 1000;
const EDGE_ITEMS = 3;
const PRECISION = 8;
const LINE_WIDTH = 75;

/** Turns one element, a list of its slots, into text of the column's width. */
type ElementFormat = (slots: readonly number[]) => string;

/**
 * Prints a tensor as NumPy's `str` does: aligned columns, more than 1000 elements abbreviated by
 * `...`.
 */
export function formatTensor(x: View): string {
  const { shape, dtype } = x;
  const array = x.storage.array;
  const size = shape.reduce((a, b) => a * b, 1);
  if (shape.length === 0) return formatScalar(readElement(array, dtype, x.offset), dtype);
  if (size === 0) return '[]';
  const summarize = size > THRESHOLD;
  const shown: number[][] = [];
  walkShown(x, summarize, (at) => shown.push(readElement(array, dtype, at)));
  const format = elementFormat(shown, dtype);
  let next = 0;
  const print = (axis: number, indent: string): string => {
    if (axis === shape.length) return format(shown[next++]);
    const cells = shownIndices(shape[axis], summarize).map((i) =>
      i === null ? '...' : print(axis + 1, `${indent} `),
    );
    if (axis === shape.length - 1) return `[${wrap(cells, indent, shape.length)}]`;
    return `[${cells.join('\n'.repeat(shape.length - 1 - axis) + indent)}]`;
  };
  return print(0, ' ');
}

function readElement(array: TypedArray, dtype: DType, at: number): number[] {
  const { slots } = dtypes[dtype];
  return Array.from({ length: slots }, (_, i) => readSlot(array, dtype, at * slots + i));
}

/** Indices of an axis that are printed; null marks the gap. */
function shownIndices(n: number, summarize: boolean): (number | null)[] {
  const all = (count: number, from: number) => Array.from({ length: count }, (_, i) => from + i);
  if (!summarize || n <= 2 * EDGE_ITEMS) return all(n, 0);
  return [...all(EDGE_ITEMS, 0), null, ...all(EDGE_ITEMS, n - EDGE_ITEMS)];
}

function walkShown(x: View, summarize: boolean, visit: (at: number) => void): void {
  const walk = (axis: number, at: number): void => {
    if (axis === x.shape.length) {
      visit(at);
      return;
    }
    for (const i of shownIndices(x.shape[axis], summarize)) {
      if (i !== null) walk(axis + 1, at + i * x.strides[axis]);
    }
  };
  walk(0, x.offset);
}

/** Joins the cells of a row, on several lines if one is too narrow. */
function wrap(cells: readonly string[], indent: string, rank: number): string {
  const width = LINE_WIDTH - rank;
  const lines: string[] = [];
  let line = indent;
  for (const cell of cells) {
    if (line.length + cell.length > width && line.length > indent.length) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${cell} `;
  }
  lines.push(line.slice(0, -1));
  return lines.join('\n').slice(indent.length);
}

function elementFormat(elements: readonly number[][], dtype: DType): ElementFormat {
  const column = (slot: number) => elements.map((element) => element[slot]);
  switch (dtypes[dtype].kind) {
    case 'bool':
      return ([x]) => (x ? ' True' : 'False');
    case 'int':
    case 'uint': {
      const width = Math.max(...column(0).map((x) => String(x).length));
      return ([x]) => String(x).padStart(width);
    }
    case 'float': {
      const format = floatFormat(column(0), dtype, false);
      return ([x]) => format(x);
    }
    case 'complex': {
      const real = floatFormat(column(0), 'float32', false);
      const imaginary = floatFormat(column(1), 'float32', true);
      return ([re, im]) => real(re) + imaginary(im).replace(/\s*$/, (spaces) => `j${spaces}`);
    }
  }
}

/** Decimal digits that every number of the type keeps. */
function reliableDigits(dtype: DType): number {
  switch (dtype) {
    case 'float64':
      return 15;
    case 'float16':
      return 3;
    case 'bfloat16':
      return 2;
    default:
      return 6;
  }
}

/**
 * A column of floats: one notation for all, points aligned, as few digits as tell the numbers
 * apart.
 */
function floatFormat(values: number[], dtype: DType, plus: boolean): (x: number) => string {
  const finite = values.filter(Number.isFinite);
  const sizes = finite.filter((x) => x !== 0).map(Math.abs);
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  const cutoff = 10 ** Math.min(8, reliableDigits(dtype));
  const scientific =
    sizes.length > 0 && (high >= cutoff || low < 1e-4 || rounded(high / low, dtype) > 1000);
  const parts = finite.map((x) => splitNumber(x, dtype, scientific, plus));
  const most = (length: (p: NumberParts) => number) => Math.max(0, ...parts.map(length));
  const fractionDigits = most((p) => p.fraction.length);
  const exponentDigits = most((p) => p.exponent.length - 2);
  const right = fractionDigits + (scientific ? exponentDigits + 2 : 0);
  let left = most((p) => p.integer.length);
  for (const x of values) {
    if (!Number.isFinite(x)) left = Math.max(left, formatNonFinite(x, plus).length - right - 1);
  }
  return (x) => {
    if (!Number.isFinite(x)) return formatNonFinite(x, plus).padStart(left + right + 1);
    const shown = splitNumber(x, dtype, scientific, plus);
    if (!scientific)
      return `${shown.integer.padStart(left)}.${shown.fraction.padEnd(fractionDigits)}`;
    const short = shown.fraction.length < fractionDigits;
    const { integer, fraction, exponent } = short ? exactDigits(x, fractionDigits, plus) : shown;
    const power = exponent.slice(0, 2) + exponent.slice(2).padStart(exponentDigits, '0');
    return `${integer.padStart(left)}.${fraction}${power}`;
  };
}

function formatNonFinite(x: number, plus: boolean): string {
  const sign = x < 0 ? '-' : plus ? '+' : '';
  return sign + (Number.isNaN(x) ? 'nan' : 'inf');
}

interface NumberParts {
  /** With its sign. */
  readonly integer: string;
  readonly fraction: string;
  /** `e+05`, or empty. */
  readonly exponent: string;
}

const signOf = (x: number, plus: boolean): string =>
  x < 0 || Object.is(x, -0) ? '-' : plus ? '+' : '';

function splitScientific(text: string, sign: string): NumberParts {
  const [digits, power] = text.split('e');
  const [integer, fraction = ''] = digits.split('.');
  const exponent = `e${power[0]}${power.slice(1).padStart(2, '0')}`;
  return { integer: sign + integer, fraction, exponent };
}

/** As many digits as asked for, whether or not fewer would do. */
const exactDigits = (x: number, fractionDigits: number, plus: boolean): NumberParts =>
  splitScientific(Math.abs(x).toExponential(fractionDigits), signOf(x, plus));

/**
 * The shortest digits that give the number back in its type, at most 8 of them behind the point.
 */
function splitNumber(x: number, dtype: DType, scientific: boolean, plus: boolean): NumberParts {
  const size = Math.abs(x);
  const short = shortest(size, dtype);
  if (scientific) {
    const text = short.toExponential();
    const cut = text.indexOf('e') - 2 > PRECISION ? size.toExponential(PRECISION) : text;
    const parts = splitScientific(cut, signOf(x, plus));
    return { ...parts, fraction: parts.fraction.replace(/0+$/, '') };
  }
  const text = String(short);
  const long = text.includes('e-') || (text.split('.')[1]?.length ?? 0) > PRECISION;
  const [integer, fraction = ''] = (long ? size.toFixed(PRECISION) : text).split('.');
  return {
    integer: signOf(x, plus) + integer,
    fraction: fraction.replace(/0+$/, ''),
    exponent: '',
  };
}

/** The number as the type stores it. */
function rounded(x: number, dtype: DType): number {
  const cell = new dtypes[dtype].array(1);
  writeSlot(cell, dtype, 0, x);
  return readSlot(cell, dtype, 0);
}

/** The double with the fewest decimal digits that rounds to `x` in the type. */
function shortest(x: number, dtype: DType): number {
  if (dtype === 'float64') return x;
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(x.toPrecision(digits));
    if (rounded(candidate, dtype) === x) return candidate;
  }
  return x;
}

/** A tensor of rank 0, as NumPy prints its scalars. */
function formatScalar([x, imaginary]: readonly number[], dtype: DType): string {
  switch (dtypes[dtype].kind) {
    case 'bool':
      return x ? 'True' : 'False';
    case 'int':
    case 'uint':
      return String(x);
    case 'float':
      return formatFloat(x, dtype);
    case 'complex': {
      const part = (value: number) => formatFloat(value, 'float32').replace(/\.0$/, '');
      if (x === 0 && !Object.is(x, -0)) return `${part(imaginary)}j`;
      const sign = imaginary < 0 || Object.is(imaginary, -0) ? '' : '+';
      return `(${part(x)}${sign}${part(imaginary)}j)`;
    }
  }
}

function formatFloat(x: number, dtype: DType): string {
  if (!Number.isFinite(x)) return formatNonFinite(x, false);
  const sign = signOf(x, false);
  const size = shortest(Math.abs(x), dtype);
  const cutoff = dtype === 'float64' ? 1e16 : 10 ** reliableDigits(dtype);
  if (size !== 0 && (size < 1e-4 || size >= cutoff)) {
    const [digits, power] = size.toExponential().split('e');
    return `${sign}${digits}e${power[0]}${power.slice(1).padStart(2, '0')}`;
  }
  const text = String(size);
  return sign + (text.includes('.') ? text : `${text}.0`);
}
