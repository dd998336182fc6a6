import { Tensor, ValueError } from '../tensor/index.ts';

/** Numbers in a row: an array, a typed array or a tensor. */
export type Numbers = ArrayLike<number> | Tensor;

/** Several rows of numbers by their names. */
export type Series = Numbers | Readonly<Record<string, Numbers>>;

const isNumbers = (data: unknown): data is Numbers =>
  data instanceof Tensor || ArrayBuffer.isView(data) || Array.isArray(data);

/** Numbers, or names with numbers: what options are not. */
export function isSeries(data: object): data is Series {
  if (isNumbers(data)) return true;
  const rows = Object.values(data);
  return rows.length > 0 && rows.every(isNumbers);
}

/** The numbers as an array. */
export function numbersOf(data: Numbers, what: string): number[] {
  const list = data instanceof Tensor ? data.dataSync() : data;
  const values = Array.from(list as ArrayLike<number>, Number);
  if (!values.length) throw new ValueError(`plot.${what}: there are no numbers to draw`);
  return values;
}

/** Rows by name; a single row has no name. */
export function seriesOf(data: Series, what: string): Map<string, number[]> {
  if (isNumbers(data)) return new Map([['', numbersOf(data, what)]]);
  if (typeof data !== 'object' || data === null || !Object.keys(data).length) {
    throw new ValueError(
      `plot.${what}: expected numbers, or an object of names and numbers, received ${String(data)}`,
    );
  }
  return new Map(Object.entries(data).map(([name, row]) => [name, numbersOf(row, what)]));
}

/** Rows of a matrix: nested arrays or a tensor of two axes. */
export function matrixOf(data: Tensor | readonly ArrayLike<number>[], what: string): number[][] {
  if (data instanceof Tensor) {
    if (data.shape.length !== 2) {
      throw new ValueError(`plot.${what}: expected two axes, received shape [${data.shape}]`);
    }
    return data.toArray() as number[][];
  }
  const rows = data.map((row) => Array.from(row, Number));
  if (!rows.length || rows.some((row) => row.length !== rows[0].length || !row.length)) {
    throw new ValueError(`plot.${what}: expected rows of one length`);
  }
  return rows;
}
