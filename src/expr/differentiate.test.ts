import { describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import { differentiate } from './differentiate.ts';
import { evaluatePart } from './evaluate.ts';
import {
  type BinaryOp,
  binary,
  binaryOps,
  type Expr,
  input,
  mapParts,
  type UnaryOp,
  unary,
  unaryOps,
} from './expr.ts';

const x = input(0);
const y = input(1);

/** Slope by central differences, extrapolated once (Richardson): the error falls with the fourth power of the step. */
function measuredSlope(f: (...args: number[]) => number, at: number[], index: number): number {
  const difference = (h: number) => {
    const moved = (by: number) => at.map((value, i) => (i === index ? value + by : value));
    return (f(...moved(h)) - f(...moved(-h))) / (2 * h);
  };
  const h = 1e-3;
  return (4 * difference(h / 2) - difference(h)) / 3;
}

function expectSlopes(formula: Expr, at: number[]): void {
  for (let i = 0; i < at.length; i++) {
    const expected = measuredSlope(compile(formula), at, i);
    const slope = compile(differentiate(formula, i))(...at);
    expect(Math.abs(slope - expected), `${formula.key} at ${at}, input ${i}`).toBeLessThan(
      1e-7 * Math.max(1, Math.abs(expected)),
    );
  }
}

/** Points inside the domain and away from corners. */
const everywhere = [-2.3, -0.7, 0.4, 1.6];
const points: Partial<Record<UnaryOp, number[]>> = {
  tan: [-0.7, 0.4, 1.1],
  bitNot: [],
  sqrt: [0.3, 1.5, 7],
  log: [0.3, 1.5, 7],
  log1p: [-0.6, 0.01, 3],
  asin: [-0.7, 0.1, 0.8],
  acos: [-0.7, 0.1, 0.8],
  erfinv: [-0.9, 0.1, 0.6],
  lgamma: [-1.3, 0.4, 1.2, 5.5, 12],
  digamma: [-1.3, 0.4, 1.2, 5.5, 12],
};

describe('primitives of one number', () => {
  test.each(unaryOps)('%s', (op) => {
    for (const at of points[op] ?? everywhere) expectSlopes(unary(op, x), [at]);
  });
});

const pairs: Partial<Record<BinaryOp, number[][]>> = {
  pow: [
    [0.4, 1.7],
    [2.5, -1.2],
    [3, 2],
  ],
  mod: [
    [2.7, 0.6],
    [-2.7, 0.6],
    [2.7, -0.61],
  ],
  atan2: [
    [1, 2],
    [-1, 2],
    [-3, -0.5],
    [0.2, -2],
  ],
  bitAnd: [],
  bitOr: [],
  bitXor: [],
  shiftLeft: [],
  shiftRight: [],
  polygamma: [],
  complex: [],
};

describe('primitives of two numbers', () => {
  test.each(binaryOps)('%s', (op) => {
    const places = pairs[op] ?? [
      [1.3, 0.4],
      [-2.1, 0.7],
      [0.3, -1.1],
    ];
    for (const at of places) expectSlopes(binary(op, x, y), at);
  });

  test('polygamma in its second argument', () => {
    for (const n of [0, 1, 2, 3])
      for (const at of [0.7, 2.5, 11]) expectSlopes(binary('polygamma', n, x), [at]);
  });

  test('select in its values', () => {
    const chosen = x.lt(0).select(x.mul(y), x.exp());
    expectSlopes(chosen, [-1.2, 0.3]);
    expectSlopes(chosen, [1.2, 0.3]);
    expect(differentiate(y.select(2, 3), 1).key).toBe('0');
  });
});

describe('compositions', () => {
  const formulas = {
    swish: x.mul(x.mul(0.5).tanh().mul(0.5).add(0.5)),
    gelu: x.mul(x.mul(Math.SQRT1_2).erf().add(1)).mul(0.5),
    gaussian: x.square().add(y.square()).neg().exp(),
    ratio: x.sin().div(y.cos().add(2)),
    power: x.square().add(1).pow(y),
    softplus: x.max(0).add(x.abs().neg().exp().log1p()),
  };
  test.each(Object.entries(formulas))('%s, twice', (_, formula) => {
    for (const at of [
      [-1.7, 0.3],
      [0.6, -0.8],
      [2.2, 1.1],
    ]) {
      expectSlopes(formula, at);
      expectSlopes(differentiate(formula, 0), at);
    }
  });

  test('an input that does not occur has slope 0', () => {
    expect(differentiate(x.exp(), 3).key).toBe('0');
  });

  test('slopes are simplified', () => {
    expect(differentiate(x.mul(3).add(1), 0).key).toBe('3');
    expect(differentiate(x.max(0), 0).key).toBe(input(0).gt(0).key);
    expect(differentiate(x.mul(y), 0).key).toBe(y.key);
    expect(differentiate(x.pow(3), 0).key).toBe(x.mul(x).mul(3).key);
  });

  test('grow with the parts of a formula, not with the paths through it', () => {
    let f: Expr = x;
    for (let i = 0; i < 200; i++) f = f.mul(f.sin());
    expect(differentiate(f, 0).key.split(' ').length).toBeLessThan(1400);
    let shallow: Expr = x;
    for (let i = 0; i < 60; i++) shallow = shallow.mul(0.5).add(shallow.mul(0.5));
    expect(compile(differentiate(shallow, 0))(3)).toBe(1);
  });
});

describe('corners', () => {
  const slope = (formula: Expr, at: number[], index = 0) =>
    compile(differentiate(formula, index))(...at);

  test('relu and abs have slope 0 at 0', () => {
    expect(slope(x.max(0), [0])).toBe(0);
    expect(slope(input(0).min(6), [6])).toBe(0);
    expect(slope(x.abs(), [0])).toBe(0);
  });

  test('ties of two inputs go to the first', () => {
    for (const formula of [x.max(y), x.min(y)]) {
      expect([slope(formula, [2, 2], 0), slope(formula, [2, 2], 1)]).toEqual([1, 0]);
    }
    expect([slope(x.max(y), [1, 2], 0), slope(x.max(y), [1, 2], 1)]).toEqual([0, 1]);
    expect([slope(x.min(y), [1, 2], 0), slope(x.min(y), [1, 2], 1)]).toEqual([1, 0]);
  });

  test('powers at 0', () => {
    expect(slope(x.pow(y), [0, 0], 0)).toBe(0);
    expect(slope(x.pow(y), [0, 2], 1)).toBe(0);
    expect(slope(x.pow(y), [0, 1], 0)).toBe(1);
    expect(slope(x.pow(y), [-2, 3], 0)).toBe(12);
    expect(slope(x.pow(y), [-2, 3], 1)).toBe(0);
    expect(slope(x.pow(2), [0])).toBe(0);
  });

  test('the branch that is not taken does not disturb', () => {
    const safe = x.gt(0).select(x.log(), 0);
    expect(slope(safe, [-1])).toBe(0);
    expect(slope(safe, [0])).toBe(0);
  });
});

describe('far from 0, in float32', () => {
  /** The formula with every step rounded to float32, as other backends compute it. */
  const inFloat32 = (formula: Expr, at: number[]): number =>
    mapParts<number>(formula, (part, args) => Math.fround(evaluatePart(part, args, at)));
  const far = [-1e4, -100, 100, 1e4].map(Math.fround);

  test.each(unaryOps)('%s has a finite slope where it is finite', (op) => {
    const slope = differentiate(unary(op, x), 0);
    for (const at of far) {
      if (Number.isFinite(inFloat32(unary(op, x), [at])))
        expect(inFloat32(slope, [at]), `${at}`).toSatisfy(Number.isFinite);
    }
  });

  const smooth = binaryOps.filter(
    (op) => !op.startsWith('bit') && !op.startsWith('shift') && op !== 'polygamma',
  );
  test.each(smooth)('%s has finite slopes where it is finite', (op) => {
    const formula = binary(op, x, y);
    for (const a of far) {
      for (const b of far) {
        if (!Number.isFinite(inFloat32(formula, [a, b]))) continue;
        for (const index of [0, 1]) {
          expect(inFloat32(differentiate(formula, index), [a, b]), `${a}, ${b}`).toSatisfy(
            Number.isFinite,
          );
        }
      }
    }
  });
});
