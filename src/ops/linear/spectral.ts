import { operation } from '../../autograd/index.ts';
import type { Tensor } from '../../tensor/index.ts';
import { add, div, mul, sub } from '../elementwise/arithmetic.ts';
import { equal, where } from '../elementwise/comparison.ts';
import { asFloat } from '../reduce/statistics.ts';
import { expandDims } from '../shape/reshape.ts';
import { swapAxes } from '../shape/transpose.ts';
import type { TensorLike } from '../tensor-like.ts';
import {
  checkMatrices,
  type Matrix,
  matricesOf,
  stackOf,
  transposed,
  unitMatrix,
} from './host-matrices.ts';
import { matmul } from './matmul.ts';

const turned = (x: Tensor): Tensor => swapAxes(x, -1, -2);
const sweeps = 60;

/** Turns columns p and q of a row-major matrix by an angle. */
function rotate(
  data: Float64Array,
  rows: number,
  width: number,
  p: number,
  q: number,
  c: number,
  s: number,
): void {
  for (let i = 0; i < rows; i++) {
    const [a, b] = [data[i * width + p], data[i * width + q]];
    data[i * width + p] = c * a - s * b;
    data[i * width + q] = s * a + c * b;
  }
}

/** The angle that makes two columns with these products perpendicular. */
function angle(pp: number, qq: number, pq: number): [number, number] {
  const zeta = (qq - pp) / (2 * pq);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  return [c, c * t];
}

interface Singular {
  readonly u: Float64Array;
  readonly values: Float64Array;
  readonly v: Float64Array;
}

/** One-sided Jacobi: columns are turned until all are perpendicular. rows >= columns. */
function svdTall(matrix: Matrix): Singular {
  const { rows, columns } = matrix;
  const u = Float64Array.from(matrix.data);
  const v = unitMatrix(columns).data;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let turnedAny = false;
    for (let p = 0; p < columns; p++) {
      for (let q = p + 1; q < columns; q++) {
        let [pp, qq, pq] = [0, 0, 0];
        for (let i = 0; i < rows; i++) {
          const [a, b] = [u[i * columns + p], u[i * columns + q]];
          pp += a * a;
          qq += b * b;
          pq += a * b;
        }
        if (Math.abs(pq) <= 1e-15 * Math.sqrt(pp * qq)) continue;
        turnedAny = true;
        const [c, s] = angle(pp, qq, pq);
        rotate(u, rows, columns, p, q, c, s);
        rotate(v, columns, columns, p, q, c, s);
      }
    }
    if (!turnedAny) break;
  }
  const lengths = Array.from({ length: columns }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += u[i * columns + j] ** 2;
    return Math.sqrt(sum);
  });
  const order = lengths.map((_, j) => j).sort((a, b) => lengths[b] - lengths[a]);
  const pick = (from: Float64Array, height: number, scale: boolean): Float64Array => {
    const to = new Float64Array(height * columns);
    order.forEach((source, j) => {
      const by = scale && lengths[source] > 0 ? 1 / lengths[source] : 1;
      for (let i = 0; i < height; i++) to[i * columns + j] = from[i * columns + source] * by;
    });
    return to;
  };
  return {
    u: pick(u, rows, true),
    values: Float64Array.from(order, (j) => lengths[j]),
    v: pick(v, columns, false),
  };
}

function svdOne(matrix: Matrix): Singular {
  if (matrix.rows >= matrix.columns) return svdTall(matrix);
  const { u, values, v } = svdTall(transposed(matrix));
  return { u: v, values, v: u };
}

/** `1 / (b - a)` between all pairs of a row of values, 0 where they are equal. */
function gaps(values: Tensor): Tensor {
  const difference = sub(expandDims(values, -2), expandDims(values, -1));
  const same = equal(difference, 0);
  return where(same, 0, div(1, where(same, 1, difference)));
}

/**
 * The singular value decomposition of matrices [.., m, n]: `u` [.., m, k], `values` [.., k] from the
 * largest on, `v` [.., n, k] with k = min(m, n), so that the matrix is u diag(values) vᵀ.
 */
export function singularValues(x: TensorLike): { u: Tensor; values: Tensor; v: Tensor } {
  const tensor = asFloat('singularValues', x);
  checkMatrices('singularValues', tensor);
  const [m, n] = tensor.shape.slice(-2);
  const k = Math.min(m, n);
  const forward = (): Tensor[] => {
    const found = matricesOf(tensor).map(svdOne);
    return [
      stackOf(
        tensor,
        [m, k],
        found.map((s) => s.u),
      ),
      stackOf(
        tensor,
        [k],
        found.map((s) => s.values),
      ),
      stackOf(
        tensor,
        [n, k],
        found.map((s) => s.v),
      ),
    ];
  };
  const [u, values, v] = operation('singularValues', [tensor], forward, {
    backward: ([gu, gs, gv]) => [svdGradient({ u, values, v }, gu, gs, gv)],
  });
  return { u, values, v };
}

/** Townsend, "Differentiating the singular value decomposition", 2016. */
function svdGradient(
  { u, values, v }: { u: Tensor; values: Tensor; v: Tensor },
  gu: Tensor | null,
  gs: Tensor | null,
  gv: Tensor | null,
): Tensor | null {
  const row = expandDims(values, -2);
  const parts: Tensor[] = [];
  if (gs) parts.push(matmul(mul(u, expandDims(gs, -2)), turned(v)));
  const squares = gaps(mul(values, values));
  const skew = (x: Tensor): Tensor => sub(x, turned(x));
  const safe = where(equal(row, 0), 1, row);
  if (gu) {
    const inner = mul(mul(squares, skew(matmul(turned(u), gu))), row);
    parts.push(matmul(matmul(u, inner), turned(v)));
    const outside = sub(gu, matmul(u, matmul(turned(u), gu)));
    parts.push(matmul(div(outside, safe), turned(v)));
  }
  if (gv) {
    const inner = mul(expandDims(values, -1), mul(squares, skew(matmul(turned(v), gv))));
    parts.push(matmul(matmul(u, inner), turned(v)));
    const outside = sub(gv, matmul(v, matmul(turned(v), gv)));
    parts.push(matmul(div(u, safe), turned(outside)));
  }
  return parts.length ? parts.reduce((a, b) => add(a, b)) : null;
}

/** Jacobi's method for a symmetric matrix. */
function eigenOne({ rows: n, data }: Matrix): { values: Float64Array; vectors: Float64Array } {
  const a = Float64Array.from(data);
  const vectors = unitMatrix(n).data;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let off = 0;
    let all = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        all += a[i * n + j] ** 2;
        if (i !== j) off += a[i * n + j] ** 2;
      }
    }
    if (off <= 1e-30 * all) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (a[p * n + q] === 0) continue;
        const [c, s] = angle(a[p * n + p], a[q * n + q], a[p * n + q]);
        rotate(a, n, n, p, q, c, s);
        for (let j = 0; j < n; j++) {
          const [x, y] = [a[p * n + j], a[q * n + j]];
          a[p * n + j] = c * x - s * y;
          a[q * n + j] = s * x + c * y;
        }
        rotate(vectors, n, n, p, q, c, s);
      }
    }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[i * n + i] - a[j * n + j]);
  const sorted = new Float64Array(n * n);
  order.forEach((source, j) => {
    for (let i = 0; i < n; i++) sorted[i * n + j] = vectors[i * n + source];
  });
  return { values: Float64Array.from(order, (i) => a[i * n + i]), vectors: sorted };
}

/**
 * Eigenvalues [.., n], from the smallest on, and eigenvectors (columns) of symmetric matrices [.., n,
 * n]; only the lower (or `upper`) triangle is read.
 */
export function symmetricEigen(x: TensorLike, upper = false): { values: Tensor; vectors: Tensor } {
  const tensor = asFloat('symmetricEigen', x);
  checkMatrices('symmetricEigen', tensor, true);
  const n = tensor.shape[tensor.rank - 1];
  const forward = (): Tensor[] => {
    const found = matricesOf(tensor).map((matrix) => eigenOne(mirrored(matrix, upper)));
    return [
      stackOf(
        tensor,
        [n],
        found.map((e) => e.values),
      ),
      stackOf(
        tensor,
        [n, n],
        found.map((e) => e.vectors),
      ),
    ];
  };
  const [values, vectors] = operation('symmetricEigen', [tensor], forward, {
    backward: ([gl, gv]) => {
      const parts: Tensor[] = [];
      if (gl) parts.push(matmul(mul(vectors, expandDims(gl, -2)), turned(vectors)));
      if (gv) {
        const inner = mul(gaps(values), matmul(turned(vectors), gv));
        parts.push(matmul(matmul(vectors, inner), turned(vectors)));
      }
      return [parts.length ? parts.reduce((a, b) => add(a, b)) : null];
    },
  });
  return { values, vectors };
}

/** The symmetric matrix of one of its triangles. */
function mirrored({ rows: n, data }: Matrix, upper: boolean): Matrix {
  const result = Float64Array.from(data);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (upper) result[i * n + j] = data[j * n + i];
      else result[j * n + i] = data[i * n + j];
    }
  }
  return { rows: n, columns: n, data: result };
}

/** Householder's decomposition of matrices [.., m, n] into perpendicular columns and an upper triangle. */
export function orthogonalTriangular(x: TensorLike, complete = false): { q: Tensor; r: Tensor } {
  const tensor = asFloat('orthogonalTriangular', x);
  checkMatrices('orthogonalTriangular', tensor);
  const [m, n] = tensor.shape.slice(-2);
  const k = complete ? m : Math.min(m, n);
  const forward = (): Tensor[] => {
    const found = matricesOf(tensor).map((matrix) => qrOne(matrix, k));
    return [
      stackOf(
        tensor,
        [m, k],
        found.map((f) => f.q),
      ),
      stackOf(
        tensor,
        [k, n],
        found.map((f) => f.r),
      ),
    ];
  };
  const [q, r] = operation('orthogonalTriangular', [tensor], forward);
  return { q, r };
}

function qrOne(
  { rows: m, columns: n, data }: Matrix,
  k: number,
): { q: Float64Array; r: Float64Array } {
  const r = Float64Array.from(data);
  const q = unitMatrix(m).data;
  for (let c = 0; c < Math.min(m - 1, n); c++) {
    let length = 0;
    for (let i = c; i < m; i++) length += r[i * n + c] ** 2;
    length = Math.sqrt(length);
    if (length === 0) continue;
    const mirror = new Float64Array(m);
    for (let i = c; i < m; i++) mirror[i] = r[i * n + c];
    mirror[c] += mirror[c] < 0 ? -length : length;
    const size = mirror.reduce((sum, v) => sum + v * v, 0);
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = c; i < m; i++) sum += mirror[i] * r[i * n + j];
      for (let i = c; i < m; i++) r[i * n + j] -= (2 * sum * mirror[i]) / size;
    }
    for (let i = 0; i < m; i++) {
      let sum = 0;
      for (let j = c; j < m; j++) sum += q[i * m + j] * mirror[j];
      for (let j = c; j < m; j++) q[i * m + j] -= (2 * sum * mirror[j]) / size;
    }
  }
  const narrowQ = new Float64Array(m * k);
  for (let i = 0; i < m; i++) for (let j = 0; j < k; j++) narrowQ[i * k + j] = q[i * m + j];
  const shortR = new Float64Array(k * n);
  for (let i = 0; i < k; i++) for (let j = i; j < n; j++) shortR[i * n + j] = r[i * n + j];
  return { q: narrowQ, r: shortR };
}
