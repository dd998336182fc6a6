import { describe, expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';
import { constant, type Expr, input, unary } from './expr.ts';
import { fold } from './fold.ts';

const x = input(0);
const y = input(1);

describe('fold', () => {
  const rules: [string, Expr, Expr][] = [
    ['computes constants', constant(2).mul(3).add(x), constant(6).add(x)],
    ['drops + 0', x.add(0), x],
    ['drops 0 +', constant(0).add(x), x],
    ['drops - 0', x.sub(0), x],
    ['turns 0 - x into -x', constant(0).sub(x), x.neg()],
    ['drops * 1', x.mul(1), x],
    ['drops 1 *', constant(1).mul(x), x],
    ['turns * -1 into -x', x.mul(-1), x.neg()],
    ['drops / 1', x.div(1), x],
    ['multiplies instead of dividing by powers of two', x.div(4), x.mul(0.25)],
    ['does not where that would round', x.div(3), x.div(3)],
    ['drops double negation', x.neg().neg(), x],
    ['joins negation and subtraction', x.add(y.neg()), x.sub(y)],
    ['joins negation and constants', x.neg().mul(3), x.mul(-3)],
    ['turns powers into products', x.pow(2), x.mul(x)],
    ['turns x^0 into 1', x.pow(0), constant(1)],
    ['turns x^1 into x', x.pow(1), x],
    ['decides constant choices', constant(1).lt(2).select(x, y), x],
    ['drops choices between equals', x.lt(0).select(y, y), y],
    ['drops choices between 1 and 0', x.lt(0).select(1, 0), x.lt(0)],
    ['drops the maximum of equals', x.max(x), x],
    ['keeps x * 0, which is NaN for NaN and infinities', x.mul(0), x.mul(0)],
    ['drops flag * 0', x.lt(y).mul(0), constant(0)],
    ['simplifies what a rule leaves', x.neg().add(y.mul(0).add(1).pow(0)), constant(1).sub(x)],
    ['computes functions of constants', unary('exp', 0).mul(x), x],
  ];
  test.each(rules)('%s', (_, formula, expected) => {
    expect(fold(formula).key).toBe(expected.key);
  });

  test('shares equal parts', () => {
    const folded = fold(x.exp().add(input(0).exp()));
    expect(folded.args[0]).toBe(folded.args[1]);
  });

  test('keeps the signs of constant zeros apart', () => {
    expect(constant(0).key).not.toBe(constant(-0).key);
    expect(fold(x.div(constant(0)).add(x.div(constant(-0)))).key).toBe(
      '$0 0 div(%0,%1) -0 div(%0,%3) add(%2,%4)',
    );
  });

  test('never changes values, at special numbers either', () => {
    const numbers = [
      0,
      1,
      -1,
      0.5,
      2,
      -3.7,
      1e30,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ];
    for (const [, formula] of rules) {
      for (const a of numbers) {
        for (const b of numbers) {
          const [before, after] = [evaluate(formula, [a, b]), evaluate(fold(formula), [a, b])];
          expect(after + 0, `${formula.key} at ${a}, ${b}`).toBe(before + 0);
        }
      }
    }
  });

  test('is linear in the number of parts', () => {
    let deep: Expr = x;
    for (let i = 0; i < 2000; i++) deep = deep.add(deep.mul(0.25));
    expect(fold(deep).key.split(' ')).toHaveLength(4002);
  });
});
