import fc from 'fast-check';
import { expect, test } from 'vitest';
import { constant, type Expr, evaluate, input } from '../../expr/index.ts';
import { BLOCK } from './cursor.ts';
import { FormulaProgram, programFor } from './formula-program.ts';

const [x, y, z] = [input(0), input(1), input(2)];

/** Formulas of three inputs that share parts, with every kind of loop. */
const formulaLists: fc.Arbitrary<Expr[]> = fc
  .array(fc.tuple(fc.nat(13), fc.nat(50), fc.nat(50), fc.nat(50)), { minLength: 1, maxLength: 25 })
  .map((choices) => {
    const parts: Expr[] = [x, y, z, constant(0.5), constant(-2)];
    for (const [kind, i, j, k] of choices) {
      const [a, b, c] = [i, j, k].map((n) => parts[n % parts.length]);
      const made = [
        a.add(b),
        a.sub(b),
        a.mul(b),
        a.div(b),
        a.max(b),
        a.min(b),
        a.lt(b),
        a.le(b),
        a.eq(b),
        a.select(b, c),
        a.neg(),
        a.abs().sqrt(),
        a.pow(b),
        a.tanh(),
      ];
      parts.push(made[kind]);
    }
    return parts.slice(-3);
  });

test('programs give what the formulas give, block after block', () => {
  fc.assert(
    fc.property(formulaLists, fc.integer({ min: 1, max: 5 }), (formulas, n) => {
      const program = new FormulaProgram(formulas, false);
      program.prepare(n);
      for (const shift of [0, 0.25]) {
        const values = [0, 1, 2].map((i) =>
          Float64Array.from({ length: n }, (_, at) => i - at + shift),
        );
        values.forEach((value, i) => void program.inputs[i]?.set(value));
        program.run(n);
        formulas.forEach((formula, f) => {
          for (let at = 0; at < n; at++) {
            const expected = evaluate(
              formula,
              values.map((value) => value[at]),
            );
            expect(program.outputs[f][at], formula.key).toBe(expected);
          }
        });
      }
    }),
  );
});

test('equal parts take one step, and registers are used again', () => {
  let f: Expr = x;
  for (let i = 0; i < 300; i++) f = f.add(f).mul(0.5);
  const program = new FormulaProgram([f], false);
  program.prepare(1);
  program.inputs[0]?.set([3]);
  program.run(1);
  expect(program.outputs[0][0]).toBe(3);
});

test('inputs that no formula uses are absent', () => {
  const program = new FormulaProgram([input(2).exp()], false);
  expect(program.inputs[0]).toBeUndefined();
  expect(program.inputs[2]).toBeInstanceOf(Float64Array);
});

test('constants survive other programs that use the same registers', () => {
  const three = programFor([constant(3)]);
  const numbers = Float64Array.of(1, 2);
  three.apply(numbers, 2);
  programFor([x.mul(2)]).apply(numbers, 2);
  three.apply(Float64Array.of(0), 1);
  expect([...numbers]).toEqual([6, 6]);
});

test('apply works in place on any length', () => {
  const numbers = Float64Array.from({ length: 2 * BLOCK + 3 }, (_, i) => i);
  programFor([x.mul(2).add(1)]).apply(numbers, numbers.length - 1);
  expect(numbers.every((v, i) => v === (i === numbers.length - 1 ? i : 2 * i + 1))).toBe(true);
});

test('products of integers keep their low 32 bits', () => {
  const product = (formula: Expr, a: number, b: number) => {
    const program = programFor([formula], true);
    program.prepare(1);
    program.inputs[0]?.set([a]);
    program.inputs[1]?.set([b]);
    program.run(1);
    return program.outputs[0][0] | 0;
  };
  expect(product(x.mul(y), 2147483647, 2147483647)).toBe(1);
  expect(product(x.mul(y), -2147483648, 3)).toBe(-2147483648);
  expect(product(x.pow(y), 3, 40)).toBe(Number(BigInt.asIntN(32, 3n ** 40n)));
  expect(product(x.pow(y), -7, 23)).toBe(Number(BigInt.asIntN(32, (-7n) ** 23n)));
  expect(product(x.pow(y), 2, 10)).toBe(1024);
});

test('programs are found again by their formulas', () => {
  expect(programFor([x.exp()])).toBe(programFor([input(0).exp()]));
  expect(programFor([x.mul(y)])).not.toBe(programFor([x.mul(y)], true));
});
