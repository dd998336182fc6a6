/** Columns of the right-hand side that are computed at a time; with two rows, as many sums as the engine keeps in registers. */
const WIDTH = 4;

/** A matrix inside an array of numbers. */
export interface Matrix {
  readonly data: Float64Array;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** The right-hand side of products: k x n, cut into panels of 4 columns, the last one filled up with zeros. */
export interface Panels {
  readonly data: Float64Array;
  readonly k: number;
  readonly n: number;
}

/** Lays out a k x n matrix for `multiply`; `old` panels give their memory if they fit. */
export function packPanels(b: Matrix, k: number, n: number, old?: Panels): Panels {
  const length = Math.ceil(n / WIDTH) * WIDTH * k;
  const data = old && old.data.length >= length ? old.data : new Float64Array(length);
  const { data: source, offset, rowStride, columnStride } = b;
  let to = 0;
  for (let column = 0; column < n; column += WIDTH) {
    for (let row = 0; row < k; row++) {
      const from = offset + row * rowStride + column * columnStride;
      for (let j = 0; j < WIDTH; j++) {
        data[to++] = column + j < n ? source[from + j * columnStride] : 0;
      }
    }
  }
  return { data, k, n };
}

/** The m x k matrix with its rows behind one another in `target`, whatever its strides. */
export function packRows(a: Matrix, m: number, k: number, target: Float64Array): Matrix {
  const { data, offset, rowStride, columnStride } = a;
  for (let row = 0, to = 0; row < m; row++) {
    const from = offset + row * rowStride;
    for (let i = 0; i < k; i++) target[to++] = data[from + i * columnStride];
  }
  return { data: target, offset: 0, rowStride: k, columnStride: 1 };
}

/** c = c + a b, with m rows; products of a sum are added in ascending order. c's columns are neighbours. */
export function multiply(
  a: Matrix,
  m: number,
  b: Panels,
  c: Float64Array,
  cOffset: number,
  cRowStride: number,
): void {
  const { data: left, rowStride, columnStride: step } = a;
  const { data: right, k, n } = b;
  for (let column = 0; column < n; column += WIDTH) {
    const columns = Math.min(WIDTH, n - column);
    const panel = column * k;
    for (let row = 0; row < m; row += 2) {
      // An odd last row is computed twice and stored once.
      const second = row + 1 < m ? rowStride : 0;
      let p = a.offset + row * rowStride;
      let a0 = 0;
      let a1 = 0;
      let a2 = 0;
      let a3 = 0;
      let b0 = 0;
      let b1 = 0;
      let b2 = 0;
      let b3 = 0;
      for (let q = panel, end = panel + k * WIDTH; q < end; q += WIDTH, p += step) {
        const x = left[p];
        const y = left[p + second];
        const r0 = right[q];
        const r1 = right[q + 1];
        const r2 = right[q + 2];
        const r3 = right[q + 3];
        a0 += x * r0;
        a1 += x * r1;
        a2 += x * r2;
        a3 += x * r3;
        b0 += y * r0;
        b1 += y * r1;
        b2 += y * r2;
        b3 += y * r3;
      }
      const at = cOffset + row * cRowStride + column;
      addTo(c, at, columns, a0, a1, a2, a3);
      if (second) addTo(c, at + cRowStride, columns, b0, b1, b2, b3);
    }
  }
}

function addTo(
  c: Float64Array,
  at: number,
  columns: number,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
): void {
  c[at] += s0;
  if (columns > 1) c[at + 1] += s1;
  if (columns > 2) c[at + 2] += s2;
  if (columns > 3) c[at + 3] += s3;
}
