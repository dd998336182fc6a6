import type { Expr } from './expr.ts';
import { mapParts } from './expr.ts';
import { binaryFunctions, isBinary, isUnary, unaryFunctions } from './primitives.ts';

/** A part of a formula as a closure over numbered values: the inputs first, then shared parts. */
type Part = (values: Float64Array) => number;

/**
 * A formula as a function of numbers, computed in float64: closures, since code may not be made from text under a strict
 * content security policy. Parts that are used twice are computed once.
 * @example compile(input(0).max(0))(-3)   // 0
 */
export function compile(formula: Expr): (...inputs: number[]) => number {
  const uses = new Map<Expr, number>();
  let arity = 0;
  mapParts<null>(formula, (part) => {
    if (part.op === 'input') arity = Math.max(arity, part.value + 1);
    for (const arg of part.args) uses.set(arg, (uses.get(arg) ?? 0) + 1);
    return null;
  });
  const shared: Part[] = [];
  const root = mapParts<Part>(formula, (part, args) => {
    const closure = close(part, args);
    if (part.args.length === 0 || (uses.get(part) ?? 0) < 2) return closure;
    shared.push(closure);
    return valueAt(arity + shared.length - 1);
  });
  const values = new Float64Array(arity + shared.length);
  const finish = (): number => {
    for (let i = 0; i < shared.length; i++) values[arity + i] = shared[i](values);
    return root(values);
  };
  const compute = shared.length ? finish : () => root(values);
  switch (arity) {
    case 0:
      return compute;
    case 1:
      return (a) => {
        values[0] = a;
        return compute();
      };
    case 2:
      return (a, b) => {
        values[0] = a;
        values[1] = b;
        return compute();
      };
    default:
      return (...inputs) => {
        for (let i = 0; i < arity; i++) values[i] = inputs[i];
        return compute();
      };
  }
}

const valueAt =
  (index: number): Part =>
  (values) =>
    values[index];

function close(part: Expr, args: readonly Part[]): Part {
  const { op, value } = part;
  const [x, y, z] = args;
  switch (op) {
    case 'input':
      return valueAt(value);
    case 'const':
      return () => value;
    case 'select':
      return (values) => (x(values) !== 0 ? y(values) : z(values));
    case 'add':
      return (values) => x(values) + y(values);
    case 'sub':
      return (values) => x(values) - y(values);
    case 'mul':
      return (values) => x(values) * y(values);
    case 'div':
      return (values) => x(values) / y(values);
  }
  if (isUnary(op)) {
    const f = unaryFunctions[op];
    return (values) => f(x(values));
  }
  if (isBinary(op)) {
    const f = binaryFunctions[op];
    return (values) => f(x(values), y(values));
  }
  return op satisfies never;
}
