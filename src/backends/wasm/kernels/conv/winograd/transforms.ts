import type { KernelBuilder, Value } from '../../../builder/index.ts';
import type { KernelSide } from './pieces.ts';

/**
 * Winograd's minimal filtering F(4x4, 3x3) and F(2x2, 5x5) after Lavin and Gray, "Fast algorithms for convolutional
 * neural networks" (2016): y = A' [(G g G') . (B' d B)] A for a 6x6 piece d of the input, a 3x3 filter g and a 4x4 piece y
 * of the output, or a 5x5 filter and a 2x2 piece; both with the points 0, 1, -1, 2, -2 and infinity.
 * Each function transforms one column or row; applied twice, it transforms a square.
 */
type Line = readonly Value[];
type Transform = (b: KernelBuilder, line: Line) => Value[];

/** B': 6 values of the input to 6. */
export const inputLine: Transform = (b, [d0, d1, d2, d3, d4, d5]) => {
  const e = b.let(d4.sub(d2.mul(4)));
  const f = b.let(d3.sub(d1.mul(4)));
  const g = b.let(d4.sub(d2));
  const h = b.let(d3.sub(d1).mul(2));
  return [
    d0.mul(4).sub(d2.mul(5)).add(d4),
    e.add(f),
    e.sub(f),
    g.add(h),
    g.sub(h),
    d1.mul(4).sub(d3.mul(5)).add(d5),
  ];
};

/** B: 6 values of the transformed input's gradient to 6. */
export const inputGradientLine: Transform = (b, [v0, v1, v2, v3, v4, v5]) => {
  const p = b.let(v1.add(v2));
  const q = b.let(v1.sub(v2));
  const r = b.let(v3.add(v4));
  const s = b.let(v3.sub(v4).mul(2));
  return [
    v0.mul(4),
    v5.sub(q).mul(4).sub(s),
    v0.mul(-5).sub(p.mul(4)).sub(r),
    q.add(s).sub(v5.mul(5)),
    v0.add(p).add(r),
    v5,
  ];
};

/** A': 6 products to 4 or 2 values of the output. */
export const outputLine = (kernel: KernelSide): Transform =>
  kernel === 3
    ? (b, [m0, m1, m2, m3, m4, m5]) => {
        const p = b.let(m1.add(m2));
        const q = b.let(m1.sub(m2));
        const r = b.let(m3.add(m4));
        const s = b.let(m3.sub(m4));
        return [m0.add(p).add(r), q.add(s.mul(2)), p.add(r.mul(4)), q.add(s.mul(8)).add(m5)];
      }
    : (_, [m0, m1, m2, m3, m4, m5]) => [
        m0.add(m1.add(m2)).add(m3.add(m4)),
        m1.sub(m2).add(m3.sub(m4).mul(2)).add(m5),
      ];

/** A: 4 or 2 values of the output's gradient to 6. */
export const gradientLine = (kernel: KernelSide): Transform =>
  kernel === 3
    ? (b, [y0, y1, y2, y3]) => {
        const p = b.let(y0.add(y2));
        const q = b.let(y1.add(y3));
        const r = b.let(y0.add(y2.mul(4)));
        const s = b.let(y1.mul(2).add(y3.mul(8)));
        return [y0, p.add(q), p.sub(q), r.add(s), r.sub(s), y3];
      }
    : (b, [y0, y1]) => {
        const twice = b.let(y1.mul(2));
        return [y0, y0.add(y1), y0.sub(y1), y0.add(twice), y0.sub(twice), y1];
      };

/** G: 3 or 5 values of a filter to 6. */
export const filterLine =
  (kernel: KernelSide): Transform =>
  (b, g) => {
    const last = g[kernel - 1];
    const even = g.filter((_, i) => i % 2 === 0);
    const odd = g.filter((_, i) => i % 2 === 1);
    // At 1 and -1, and at 2 and -2, even and odd powers are added and subtracted.
    const e = b.let(total(even).mul(1 / 6));
    const f = b.let(total(odd).mul(1 / 6));
    const h = b.let(total(even.map((x, i) => x.mul(4 ** i / 24))));
    const k = b.let(total(odd.map((x, i) => x.mul((2 * 4 ** i) / 24))));
    return [g[0].mul(1 / 4), e.add(f).neg(), f.sub(e), h.add(k), h.sub(k), last];
  };

/** G': 6 values of a transformed filter's gradient to 3 or 5. */
export const filterGradientLine =
  (kernel: KernelSide): Transform =>
  (b, [u0, u1, u2, u3, u4, u5]) => {
    const p = b.let(u1.add(u2));
    const q = b.let(u2.sub(u1));
    const r = b.let(u3.add(u4));
    const s = b.let(u3.sub(u4));
    return Array.from({ length: kernel }, (_, i) => {
      const near = i % 2 === 0 ? p.neg() : q;
      const far = i % 2 === 0 ? r : s;
      const sum = near.mul(1 / 6).add(far.mul(2 ** i / 24));
      if (i === 0) return u0.mul(1 / 4).add(sum);
      return i === kernel - 1 ? sum.add(u5) : sum;
    });
  };

const total = (values: Line): Value => values.reduce((sum, value) => sum.add(value));

/** Transforms a square from n x n to m x m: columns as they are loaded, then rows as they are stored. */
export function transformSquare(
  b: KernelBuilder,
  size: number,
  line: Transform,
  load: (row: number, column: number) => Value,
  store: (row: number, column: number, value: Value) => void,
): void {
  const columns = Array.from({ length: size }, (_, column) =>
    line(
      b,
      Array.from({ length: size }, (_, row) => b.let(load(row, column))),
    ).map((value) => b.let(value)),
  );
  const rows = columns[0].length;
  for (let row = 0; row < rows; row++) {
    line(
      b,
      columns.map((values) => values[row]),
    ).forEach((value, column) => {
      store(row, column, value);
    });
  }
}
