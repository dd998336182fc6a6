import { constant, Expr, mapParts } from './expr.ts';
import { binaryFunctions, isBinary, isUnary, unaryFunctions } from './primitives.ts';

/**
 * The same formula, simplified: constants are computed, neutral elements dropped, equal parts shared. No rule
 * changes a value, NaN and infinities included, except that a zero may change its sign; so `x * 0` stays,
 * unless x is known to be finite.
 */
export function fold(formula: Expr): Expr {
  const known = new Map<string, Expr>();
  const numbers = new Map<Expr, number>();
  /** The one part that stands for all equal ones; what is not known yet is a few parts deep at most. */
  const share = (part: Expr): Expr => {
    if (numbers.has(part)) return part;
    const shared = withArgs(part, part.args.map(share));
    const value = Object.is(part.value, -0) ? '-0' : part.value;
    const key = `${part.op} ${value} ${shared.args.map((arg) => numbers.get(arg)).join(' ')}`;
    const twin = known.get(key);
    if (twin) return twin;
    known.set(key, shared);
    numbers.set(shared, numbers.size);
    return shared;
  };
  return mapParts<Expr>(formula, (part, args) => share(simplify(withArgs(part, args))));
}

/** The part with other operands; itself if they are the same. */
const withArgs = (part: Expr, args: readonly Expr[]): Expr =>
  args.every((arg, i) => arg === part.args[i]) ? part : new Expr(part.op, args, part.value);

const isConst = (e: Expr, value?: number): boolean =>
  e.op === 'const' && (value === undefined || e.value === value);

/** Parts that give only 0 or 1. */
const isFlag = ({ op }: Expr): boolean =>
  op === 'lt' || op === 'le' || op === 'eq' || op === 'ne' || op === 'not' || op === 'isNaN';

/** One step, with operands that are simple already. */
function simplify(e: Expr): Expr {
  const { op, args } = e;
  const [x, y] = args;
  if (isUnary(op)) return isConst(x) ? constant(unaryFunctions[op](x.value)) : simplifyUnary(e, x);
  if (isBinary(op)) {
    if (op === 'complex') return e;
    if (isConst(x) && isConst(y)) return constant(binaryFunctions[op](x.value, y.value));
    return simplifyBinary(e, x, y);
  }
  return op === 'select' ? simplifySelect(e, x, y, args[2]) : e;
}

function simplifyUnary(e: Expr, x: Expr): Expr {
  switch (e.op) {
    case 'neg':
      if (x.op === 'neg') return x.args[0];
      return x.op === 'sub' ? simplify(x.args[1].sub(x.args[0])) : e;
    case 'abs':
      return x.op === 'abs' || isFlag(x) ? x : x.op === 'neg' ? simplify(x.args[0].abs()) : e;
    case 'sign':
      return isFlag(x) ? x : e;
    default:
      return e;
  }
}

function simplifyBinary(e: Expr, x: Expr, y: Expr): Expr {
  switch (e.op) {
    case 'add':
      if (isConst(x, 0)) return y;
      if (isConst(y, 0)) return x;
      if (y.op === 'neg') return simplify(x.sub(y.args[0]));
      return x.op === 'neg' ? simplify(y.sub(x.args[0])) : e;
    case 'sub':
      if (isConst(y, 0)) return x;
      if (isConst(x, 0)) return simplify(y.neg());
      return y.op === 'neg' ? simplify(x.add(y.args[0])) : e;
    case 'mul':
      return simplifyProduct(e, x, y);
    case 'div':
      if (isConst(y, 1)) return x;
      if (isConst(y, -1)) return simplify(x.neg());
      return isConst(y) && isPowerOfTwo(y.value) ? x.mul(1 / y.value) : e;
    case 'min':
    case 'max':
      return x === y ? x : e;
    case 'pow':
      return simplifyPower(e, x, y);
    default:
      return e;
  }
}

function simplifySelect(e: Expr, condition: Expr, yes: Expr, no: Expr): Expr {
  if (isConst(condition)) return condition.value !== 0 ? yes : no;
  if (condition.op === 'not') return simplify(condition.args[0].select(no, yes));
  if (isFlag(condition) && isConst(yes, 1) && isConst(no, 0)) return condition;
  return yes === no ? yes : e;
}

function simplifyProduct(e: Expr, x: Expr, y: Expr): Expr {
  if (isConst(x)) return simplifyProduct(y.mul(x), y, x);
  if (isConst(y, 1)) return x;
  if (isConst(y, -1)) return simplify(x.neg());
  if (isConst(y, 0) && isFlag(x)) return constant(0);
  if (x.op === 'neg' && isConst(y)) return x.args[0].mul(-y.value);
  if (x.op === 'neg') return simplify(simplify(x.args[0].mul(y)).neg());
  if (y.op === 'neg') return simplify(simplify(x.mul(y.args[0])).neg());
  return e;
}

function simplifyPower(e: Expr, x: Expr, y: Expr): Expr {
  if (isConst(y, 0) || isConst(x, 1)) return constant(1);
  if (isConst(y, 1)) return x;
  if (isConst(y, 2)) return x.mul(x);
  return isConst(y, -1) ? constant(1).div(x) : e;
}

/** Whether dividing by it is multiplying by its inverse, exactly, in float32 too. */
function isPowerOfTwo(value: number): boolean {
  let size = Math.abs(value);
  if (!(size >= 2 ** -126 && size <= 2 ** 126)) return false;
  while (size > 1) size /= 2;
  while (size < 1) size *= 2;
  return size === 1;
}
