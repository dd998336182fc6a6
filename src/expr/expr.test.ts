import { expect, test } from 'vitest';
import {
  binary,
  binaryOps,
  constant,
  type Expr,
  input,
  mapParts,
  unary,
  unaryOps,
} from './expr.ts';

const x = input(0);

test('a key names each distinct part once, equal or shared', () => {
  const shared = x.exp();
  expect(shared.mul(shared).key).toBe('$0 exp(%0) mul(%1,%1)');
  expect(input(0).exp().mul(input(0).exp()).key).toBe(shared.mul(shared).key);
});

test('different formulas have different keys', () => {
  const y = input(1);
  const formulas = [
    x.sub(y),
    y.sub(x),
    x.add(y),
    x.sub(1),
    x.sub(y).sub(y),
    x.sub(y.sub(y)),
    x.neg(),
    constant(-0),
    constant(0),
  ];
  expect(new Set(formulas.map((f) => f.key)).size).toBe(formulas.length);
});

test('methods make the parts they are named after', () => {
  const fluent = x as unknown as Record<string, (...args: unknown[]) => Expr>;
  for (const op of unaryOps) if (fluent[op]) expect(fluent[op]().key).toBe(unary(op, x).key);
  for (const op of binaryOps) if (fluent[op]) expect(fluent[op](2).key).toBe(binary(op, x, 2).key);
  expect(x.gt(1).key).toBe(constant(1).lt(x).key);
  expect(x.ge(1).key).toBe(constant(1).le(x).key);
  expect(x.square().key).toBe(x.mul(x).key);
  expect(x.select(1, 2).op).toBe('select');
});

test('parts are visited once, operands first, from left to right', () => {
  const shared = x.neg();
  const seen: string[] = [];
  mapParts<null>(shared.add(shared.mul(2)), ({ op }) => {
    seen.push(op);
    return null;
  });
  expect(seen).toEqual(['input', 'neg', 'const', 'mul', 'add']);
});

test('a formula with 2^500 paths through it has a short key', () => {
  let f: Expr = x;
  for (let i = 0; i < 500; i++) f = f.add(f);
  expect(f.key.split(' ')).toHaveLength(501);
});
