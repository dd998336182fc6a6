import type { Tensor as CoreTensor } from 'gradus';
import { toCamelCase } from 'gradus/config';
import paddle from 'gradus/paddle';
import type { Case, CaseFile } from '../case-file.ts';

/** Values that a case names: input tensors and results of earlier steps. */
export type Names = ReadonlyMap<string, unknown>;

/** Anything that can be called, with or without `new`. */
// biome-ignore lint/suspicious/noExplicitAny: cases name functions and classes of any kind
type Callable = ((...args: any[]) => any) & (new (...args: any[]) => any);

/** What a Python path such as `nn.functional.conv2d_transpose` is called here. */
export function resolve(path: string): Callable {
  // biome-ignore lint/suspicious/noExplicitAny: a walk over modules
  let found: any = paddle;
  for (const part of path.split('.')) {
    found = found?.[toCamelCase(part)];
    if (found === undefined) throw new Error(`gradus/paddle has no ${path}`);
  }
  return found as Callable;
}

const isClass = (path: string): boolean => /^[A-Z]/.test(path.split('.').at(-1) as string);

interface Parameters {
  readonly names: readonly string[];
  /** Where the object with further arguments goes; -1 if there is none. */
  readonly options: number;
  /** Takes any number of arguments and an object with named ones. */
  readonly rest: boolean;
}

/** The parameters of a function or constructor, from its source. */
function parametersOf(f: Callable): Parameters {
  let source = Function.prototype.toString.call(f);
  if (source.startsWith('class')) {
    const at = /\bconstructor\s*\(/.exec(source);
    if (!at) {
      const base = Object.getPrototypeOf(f);
      return base === Function.prototype
        ? { names: [], options: -1, rest: false }
        : parametersOf(base);
    }
    source = source.slice(at.index);
  }
  const single = /^(?:async\s+)?([\w$]+)\s*=>/.exec(source);
  const list = single ? [single[1]] : splitList(source.slice(source.indexOf('(') + 1));
  const names = list.map((item) => item.replace(/\s*=[\s\S]*$/, '').trim());
  const rest = names.some((name) => name.startsWith('...'));
  const options = names.findIndex((name) => name.startsWith('{') || name === 'options');
  return { names, options, rest };
}

/** The items of a parameter list up to its closing parenthesis. */
function splitList(source: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let item = '';
  for (const character of source) {
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character) && depth-- === 0) break;
    if (character === ',' && depth === 0) {
      items.push(item.trim());
      item = '';
    } else item += character;
  }
  if (item.trim()) items.push(item.trim());
  return items;
}

/** Arguments by position and by Python's names, as a call here wants them. */
export function argumentsFor(
  f: Callable,
  pos: readonly unknown[],
  args: Readonly<Record<string, unknown>>,
): unknown[] {
  const named = Object.entries(args).map(([name, value]) => [toCamelCase(name), value] as const);
  const list = [...pos];
  if (named.length === 0) return list;
  if ('parameters' in f) return [...list, Object.fromEntries(named)];
  const { names, options, rest } = parametersOf(f);
  if (rest) return [...list, Object.fromEntries(named)];
  const others: Record<string, unknown> = {};
  for (const [name, value] of named) {
    const at = names.indexOf(name);
    if (at >= 0) list[at] = value;
    else others[name] = value;
  }
  if (Object.keys(others).length > 0) list[options >= 0 ? options : list.length] = others;
  return Array.from(list);
}

/** Calls a function of Paddle's by its path. */
export function callFunction(
  path: string,
  pos: readonly unknown[],
  args: Readonly<Record<string, unknown>>,
): unknown {
  const f = resolve(path);
  return f(...argumentsFor(f, pos, args));
}

/** Calls a method with Python's argument names. */
export function callMethod(
  on: object,
  name: string,
  pos: readonly unknown[],
  args: Readonly<Record<string, unknown>>,
): unknown {
  const own = pythonOperators[name] ?? toCamelCase(name);
  const f = (on as Record<string, unknown>)[own] as Callable | undefined;
  if (typeof f !== 'function') throw new Error(`a ${on.constructor.name} has no method ${own}`);
  return f.apply(on, argumentsFor(f, pos, args));
}

/** Builds an object of one of Paddle's classes. */
export function build(
  path: string,
  pos: readonly unknown[],
  args: Readonly<Record<string, unknown>>,
): object {
  const Class = resolve(path);
  return new Class(...argumentsFor(Class, pos, args));
}

/** Methods behind Python's operators. */
const pythonOperators: Readonly<Record<string, string>> = {
  __add__: 'add',
  __radd__: 'add',
  __sub__: 'subtract',
  __rsub__: 'rsub',
  __mul__: 'multiply',
  __rmul__: 'multiply',
  __truediv__: 'divide',
  __rtruediv__: 'rdivide',
  __floordiv__: 'floorDivide',
  __mod__: 'mod',
  __pow__: 'pow',
  __rpow__: 'rpow',
  __matmul__: 'matmul',
  __eq__: 'equal',
  __ne__: 'notEqual',
  __lt__: 'lessThan',
  __le__: 'lessEqual',
  __gt__: 'greaterThan',
  __ge__: 'greaterEqual',
  __neg__: 'neg',
  __abs__: 'abs',
  __invert__: 'bitwiseNot',
  __and__: 'bitwiseAnd',
  __or__: 'bitwiseOr',
  __xor__: 'bitwiseXor',
};

/** A parameter, or its name. */
type Named = string | { readonly name: string };

const nameOf = (named: Named): string => (typeof named === 'string' ? named : named.name);

/** The small functions that cases pass: over names of parameters, and over step numbers. */
function smallFunction(spec: Case): (argument: never) => unknown {
  switch (spec.$fn as string) {
    case 'name_in':
      return (named: Named) => spec.names.includes(nameOf(named));
    case 'name_not_in':
      return (named: Named) => !spec.names.includes(nameOf(named));
    case 'pow':
      return (n: number) => spec.base ** n;
    case 'affine_div':
      return (n: number) => 1 / (1 + spec.k * n);
    case 'const':
      return () => spec.value;
    default:
      throw new Error(`unknown small function '${spec.$fn}'`);
  }
}

/** A value of a case: special forms built, tensors looked up. */
export function resolved(value: unknown, names: Names, file: CaseFile): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, names, file));
  if (value === null || typeof value !== 'object') return value;
  const spec = value as Case;
  if ('$t' in spec) {
    return names.has(spec.$t) ? names.get(spec.$t) : toPaddle(file.tensor(spec.$t));
  }
  if ('$class' in spec) {
    const pos = resolved(spec.pos ?? [], names, file) as unknown[];
    const args = resolved(spec.args ?? {}, names, file) as Record<string, unknown>;
    return isClass(spec.$class)
      ? build(spec.$class, pos, args)
      : callFunction(spec.$class, pos, args);
  }
  if ('$tuple' in spec) return resolved(spec.$tuple, names, file);
  if ('$slice' in spec) return sliceOf(spec.$slice);
  if ('$ellipsis' in spec) return '...';
  if ('$float' in spec) return floats[spec.$float];
  if ('$fn' in spec) return smallFunction(spec);
  return Object.fromEntries(
    Object.entries(spec).map(([key, item]) => [key, resolved(item, names, file)]),
  );
}

const floats: Readonly<Record<string, number>> = {
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  nan: Number.NaN,
};

const sliceOf = ([start, stop, step]: readonly (number | null)[]) => ({
  ...(start !== null && { start }),
  ...(stop !== null && { stop }),
  ...(step !== null && step !== undefined && { step }),
});

/** A stored tensor as one of Paddle's. */
export function toPaddle(core: CoreTensor, stopGradient = true): paddle.Tensor {
  const tensor = new paddle.Tensor(core);
  tensor.stopGradient = stopGradient;
  return tensor;
}

/** Runs `f` with names of parameters beginning anew, as in a fresh Python. */
export const withFreshNames = <T>(f: () => T): T => paddle.utils.uniqueName.guard(f);

export const isFloat = (x: { readonly dtype: string }): boolean => /^b?float/.test(x.dtype);
