import {
  binaryFunctions,
  type Expr,
  isBinary,
  isUnary,
  mapParts,
  unaryFunctions,
} from '../../expr/index.ts';
import { BLOCK } from './cursor.ts';

/** One instruction over the first n elements of its registers. */
type Step = (n: number) => void;

/** Registers are shared by all programs: only one runs at a time. */
const registers: Float64Array[] = [];
const register = (index: number): Float64Array => {
  while (registers.length <= index) registers.push(new Float64Array(BLOCK));
  return registers[index];
};

/**
 * Formulas as a list of loops over blocks of elements: far faster than calling a closure per element, without making
 * code from text. Equal parts are computed once; registers are used again when their contents were used up.
 */
export class FormulaProgram {
  /** Where the caller puts a block of each input, by number; absent for inputs that no formula uses. */
  readonly inputs: (Float64Array | undefined)[] = [];
  /** Where the results are after `run`. */
  readonly outputs: readonly Float64Array[];
  readonly #constants: readonly (readonly [Float64Array, number])[];
  readonly #steps: readonly Step[];

  constructor(formulas: readonly Expr[], integers: boolean) {
    const parts = new Map<string, Part>();
    const roots = formulas.map((formula) =>
      mapParts<Part>(formula, (expr, args) => number(parts, expr, args)),
    );
    for (const root of roots) root.uses = Number.POSITIVE_INFINITY;
    const free: number[] = [];
    let count = 0;
    const take = (): number => free.pop() ?? count++;
    const constants: [Float64Array, number][] = [];
    const steps: Step[] = [];
    // Inputs and constants are there before the first step.
    for (const part of parts.values()) {
      const { op, value } = part.expr;
      if (op !== 'input' && op !== 'const') continue;
      part.register = take();
      if (op === 'input') this.inputs[value] = register(part.register);
      else constants.push([register(part.register), value]);
    }
    for (const part of parts.values()) {
      if (part.register >= 0) continue;
      for (const arg of part.args) {
        if (--arg.uses === 0 && arg.expr.op !== 'const') free.push(arg.register);
      }
      part.register = take();
      const at = (p: Part): Float64Array => register(p.register);
      steps.push(makeStep(part.expr, part.args.map(at), at(part), integers));
    }
    this.outputs = roots.map((root) => register(root.register));
    this.#constants = constants;
    this.#steps = steps;
  }

  /** Called once before a kernel's blocks, the longest of which has n elements: other programs left their numbers. */
  prepare(n: number): void {
    for (const [target, value] of this.#constants) target.fill(value, 0, n);
  }

  run(n: number): void {
    for (const step of this.#steps) step(n);
  }

  /** The only formula, applied to numbers in place. */
  apply(numbers: Float64Array, count: number): void {
    this.prepare(Math.min(count, BLOCK));
    const [input] = this.inputs;
    for (let done = 0; done < count; done += BLOCK) {
      const n = Math.min(BLOCK, count - done);
      input?.set(numbers.subarray(done, done + n));
      this.run(n);
      numbers.set(this.outputs[0].subarray(0, n), done);
    }
  }
}

interface Part {
  readonly expr: Expr;
  readonly args: readonly Part[];
  readonly number: number;
  /** Operands that are still to be read from its register. */
  uses: number;
  register: number;
}

/** The part that stands for all equal ones. */
function number(parts: Map<string, Part>, expr: Expr, args: readonly Part[]): Part {
  const value = Object.is(expr.value, -0) ? '-0' : expr.value;
  const key = `${expr.op} ${value} ${args.map((arg) => arg.number).join(' ')}`;
  let part = parts.get(key);
  if (!part) {
    part = { expr, args, number: parts.size, uses: 0, register: -1 };
    parts.set(key, part);
    for (const arg of args) arg.uses++;
  }
  return part;
}

const programs = new Map<string, FormulaProgram>();
const MOST_PROGRAMS = 1000;

/**
 * The program for some formulas, made once. With `integers`, products beyond 2^53 keep their low 32 bits exactly, as the
 * arithmetic of whole numbers that wrap around needs them.
 */
export function programFor(formulas: readonly Expr[], integers = false): FormulaProgram {
  const key = `${integers} ${formulas.map((formula) => formula.key).join('; ')}`;
  let program = programs.get(key);
  if (!program) {
    if (programs.size >= MOST_PROGRAMS) programs.clear();
    program = new FormulaProgram(formulas, integers);
    programs.set(key, program);
  }
  return program;
}

const LARGEST_EXACT = 2 ** 53;

const wrappingProduct = (x: number, y: number): number => {
  const product = x * y;
  return Math.abs(product) <= LARGEST_EXACT ? product : Math.imul(x, y);
};

const wrappingPower = (x: number, y: number): number => {
  const power = binaryFunctions.pow(x, y);
  if (Math.abs(power) <= LARGEST_EXACT || !Number.isInteger(y)) return power;
  let result = 1;
  for (let square = x, n = y; n > 0; n = Math.floor(n / 2), square = Math.imul(square, square)) {
    if (n % 2 === 1) result = Math.imul(result, square);
  }
  return result;
};

/** The loop of one primitive; the commonest are written out, so that the engine need not call a function. */
function makeStep(
  { op }: Expr,
  [x, y, z]: readonly Float64Array[],
  out: Float64Array,
  integers: boolean,
): Step {
  switch (op) {
    case 'add':
      return (n) => {
        for (let i = 0; i < n; i++) out[i] = x[i] + y[i];
      };
    case 'sub':
      return (n) => {
        for (let i = 0; i < n; i++) out[i] = x[i] - y[i];
      };
    case 'mul':
      if (integers) return loopOfTwo(wrappingProduct, x, y, out);
      return (n) => {
        for (let i = 0; i < n; i++) out[i] = x[i] * y[i];
      };
    case 'div':
      return (n) => {
        for (let i = 0; i < n; i++) out[i] = x[i] / y[i];
      };
    case 'max':
      return (n) => {
        for (let i = 0; i < n; i++) out[i] = Math.max(x[i], y[i]);
      };
    case 'min':
      return (n) => {
        for (let i = 0; i < n; i++) out[i] = Math.min(x[i], y[i]);
      };
    case 'lt':
      return (n) => {
        for (let i = 0; i < n; i++) out[i] = x[i] < y[i] ? 1 : 0;
      };
    case 'le':
      return (n) => {
        for (let i = 0; i < n; i++) out[i] = x[i] <= y[i] ? 1 : 0;
      };
    case 'select':
      return (n) => {
        for (let i = 0; i < n; i++) out[i] = x[i] !== 0 ? y[i] : z[i];
      };
    case 'neg':
      return (n) => {
        for (let i = 0; i < n; i++) out[i] = -x[i];
      };
    case 'sqrt':
      return (n) => {
        for (let i = 0; i < n; i++) out[i] = Math.sqrt(x[i]);
      };
    case 'pow':
      return loopOfTwo(integers ? wrappingPower : binaryFunctions.pow, x, y, out);
    case 'input':
    case 'const':
      return () => {};
  }
  if (isUnary(op)) {
    const f = unaryFunctions[op];
    return (n) => {
      for (let i = 0; i < n; i++) out[i] = f(x[i]);
    };
  }
  if (isBinary(op)) return loopOfTwo(binaryFunctions[op], x, y, out);
  return op satisfies never;
}

const loopOfTwo =
  (
    f: (x: number, y: number) => number,
    x: Float64Array,
    y: Float64Array,
    out: Float64Array,
  ): Step =>
  (n) => {
    for (let i = 0; i < n; i++) out[i] = f(x[i], y[i]);
  };
