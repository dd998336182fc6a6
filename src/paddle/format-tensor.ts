import { type DType, isFloat, sizeOf, ValueError } from '../tensor/index.ts';
import { define } from './signature.ts';

/** How tensors are printed. */
interface PrintOptions {
  precision: number;
  threshold: number;
  edgeitems: number;
  linewidth: number;
  sciMode: boolean;
}

const printOptions: PrintOptions = {
  precision: 8,
  threshold: 1000,
  edgeitems: 3,
  linewidth: 80,
  sciMode: false,
};

/**
 * How tensors are printed: digits behind the point (8), from how many elements on the middle is left
 * out (1000), elements shown at either end then (3), scientific notation, width of a line (80).
 * @example paddle.setPrintoptions({ precision: 4 });
 */
export const setPrintoptions = define(
  'setPrintoptions',
  [],
  ['precision', 'threshold', 'edgeitems', 'sciMode', 'linewidth'],
  (
    precision?: number,
    threshold?: number,
    edgeitems?: number,
    sciMode?: boolean,
    linewidth?: number,
  ): void => {
    for (const [name, value] of Object.entries({ precision, threshold, edgeitems, linewidth })) {
      if (value === undefined) continue;
      if (!Number.isInteger(value) || value < 0) {
        throw new ValueError(`setPrintoptions: ${name} must be an integer >= 0, received ${value}`);
      }
      printOptions[name as 'precision'] = value;
    }
    if (sciMode !== undefined) printOptions.sciMode = sciMode;
  },
);

/** Complex numbers come as text. */
type Item = number | boolean | string;
type Items = Item | readonly Items[];

/** The elements of a tensor as Paddle prints them, lines after the first indented to `indent`. */
export function formatElements(
  elements: Items,
  shape: readonly number[],
  dtype: DType,
  indent: number,
): string {
  const size = sizeOf(shape);
  if (size === 0) return formatEmpty(shape, indent);
  const summary = shape.length > 0 && size > printOptions.threshold;
  const shown = shownItems(elements, shape, size > printOptions.threshold);
  const width = Math.max(...shown.map((item) => formatItem(item, dtype).length));
  const signed = shown.some((item) => Number(item) < 0);
  const item = (value: Item): string => {
    const text = formatItem(value, dtype);
    if (width <= text.length) return text;
    return signed && !(Number(value) < 0) ? ` ${text.padEnd(width - 1)}` : text.padEnd(width);
  };
  const print = (part: Items, axis: number, at: number): string => {
    if (typeof part !== 'object') return item(part);
    const { edgeitems } = printOptions;
    const pieces =
      summary && part.length > 2 * edgeitems
        ? [...part.slice(0, edgeitems), null, ...part.slice(part.length - edgeitems)]
        : part;
    const cells = pieces.map((piece) => (piece === null ? '...' : print(piece, axis + 1, at + 1)));
    if (axis === shape.length - 1) return `[${wrap(cells, at, width)}]`;
    return `[${cells.join(`,${'\n'.repeat(shape.length - 1 - axis)}${' '.repeat(at + 1)}`)}]`;
  };
  return print(elements, 0, indent);
}

/** Empty rows keep their brackets: shape [2, 0] is `[[], []]` on two lines. */
function formatEmpty(shape: readonly number[], indent: number): string {
  const print = (axis: number, at: number): string => {
    if (axis === shape.length - 1 || shape[axis] === 0) return '[]';
    const cells = Array.from({ length: shape[axis] }, () => print(axis + 1, at + 1));
    return `[${cells.join(`,${'\n'.repeat(shape.length - 1 - axis)}${' '.repeat(at + 1)}`)}]`;
  };
  return print(0, indent);
}

/** The elements that set the width of a column. */
function shownItems(elements: Items, shape: readonly number[], summary: boolean): Item[] {
  const items: Item[] = [];
  const { edgeitems } = printOptions;
  const visit = (part: Items): void => {
    if (typeof part !== 'object') {
      items.push(part);
    } else if (summary && part.length > 2 * edgeitems) {
      for (const piece of part.slice(0, edgeitems)) visit(piece);
      for (const piece of part.slice(part.length - edgeitems)) visit(piece);
    } else {
      for (const piece of part) visit(piece);
    }
  };
  visit(elements);
  return shape.length ? items : items.slice(0, 1);
}

/** `(1.00000000+2.00000000j)`. */
export function formatComplex(real: number, imaginary: number): string {
  const { precision, sciMode } = printOptions;
  const part = (x: number) => (sciMode ? formatItem(x, 'float32') : x.toFixed(precision));
  return `(${part(real)}${imaginary < 0 ? '' : '+'}${part(imaginary)}j)`;
}

function formatItem(value: Item, dtype: DType): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (!isFloat(dtype)) return String(value);
  const { precision, sciMode } = printOptions;
  if (Number.isNaN(value)) return 'nan';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return sciMode ? `${sign}inf` : `${sign}inf.`;
  if (sciMode) {
    const [digits, power] = size.toExponential(precision).split('e');
    return `${sign}${digits}e${power[0]}${power.slice(1).padStart(2, '0')}`;
  }
  if (Number.isInteger(value)) return `${sign}${BigInt(size)}.`;
  return sign + size.toFixed(precision);
}

/** As many cells on a line as fit. */
function wrap(cells: readonly string[], indent: number, width: number): string {
  const perLine = Math.max(1, Math.floor((printOptions.linewidth - indent) / (width + 2)));
  const lines: string[] = [];
  for (let i = 0; i < cells.length; i += perLine) {
    lines.push(cells.slice(i, i + perLine).join(', '));
  }
  return lines.join(`,\n${' '.repeat(indent + 1)}`);
}
