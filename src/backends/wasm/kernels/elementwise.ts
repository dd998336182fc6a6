import { Expr, input, mapParts } from '../../../expr/index.ts';
import type { DType, View } from '../../../tensor/index.ts';
import type { ElementwiseAttributes } from '../../kernels.ts';
import type { FloatType, KernelBuilder, Value } from '../builder/index.ts';
import { FloatArgument, type PhaseList } from '../phases.ts';
import { canLower, FormulaWriter } from './formula.ts';
import { addressOf, collapse, splitRows } from './layout.ts';

const widths: Partial<Record<DType, number>> = { float32: 4, int32: 4, uint8: 1, bool: 1 };
const loadable = (dtype: DType): boolean => dtype in widths;

/** How an operand moves along the innermost axis: with it, not at all, or by steps. */
type Step = 'contiguous' | 'same' | 'strided';

/** Most axes that the generated loops walk; more are left to the reference. */
const mostAxes = 5;

/**
 * A loop over rows of the innermost axis: rows are numbered across the outer axes, tasks take ranges of them, and
 * a flat operation is cut into rows of its own making.
 */
export function elementwise(
  inputs: readonly View[],
  outputs: readonly View[],
  { formulas }: ElementwiseAttributes,
  phases: PhaseList,
): boolean {
  const views = [...outputs, ...inputs];
  if (!views.every((v) => loadable(v.dtype)) || !formulas.every(canLower)) return false;
  // int32 goes through float32, which holds it exactly only where nothing is computed.
  const integers = views.some((v) => v.dtype === 'int32');
  const copies = formulas.every((f) => f.op === 'input');
  if (integers && !copies) return false;
  if (
    integers &&
    outputs.some((v, i) => v.dtype === 'int32' && inputs[formulas[i].value].dtype !== 'int32')
  )
    return false;
  if (
    integers &&
    outputs.some(
      (v, i) =>
        v.dtype !== 'int32' && v.dtype !== 'float32' && inputs[formulas[i].value].dtype === 'int32',
    )
  )
    return false;

  const { shape, strides } = collapse(views, outputs[0].shape);
  if (shape.length > mostAxes) return false;
  const inner = shape.length ? shape[shape.length - 1] : 1;
  const outer = shape.slice(0, -1);
  const rows = outer.reduce((n, size) => n * size, 1);
  const steps = strides.map((s): Step => {
    const last = s.length ? s[s.length - 1] : 0;
    return last === 1 ? 'contiguous' : last === 0 ? 'same' : 'strided';
  });
  if (!shape.length) for (let i = 0; i < outputs.length; i++) steps[i] = 'contiguous';
  if (outputs.some((_, i) => steps[i] === 'same')) return false;
  const raw = copies && views.every((v) => v.dtype === 'int32');
  const vector = views.every(
    (v, i) => steps[i] !== 'strided' && (i >= outputs.length || widths[v.dtype] === 4),
  );
  const { lifted, constants } = liftConstants(formulas, inputs.length);
  const key = [
    'elementwise',
    raw ? 'raw' : '',
    outer.length,
    lifted.map((f) => f.key).join(';'),
    views.map((v, i) => `${v.dtype}:${steps[i]}`).join(),
    outputs.length,
  ].join('|');
  const spec = {
    key,
    write: (b: KernelBuilder) =>
      write(b, {
        views,
        outputs: outputs.length,
        formulas: lifted,
        constants: constants.length,
        steps,
        axes: outer.length,
        vector,
        raw,
      }),
  };
  const pointers = views.map(addressOf);
  const numbers = constants.map((value) => new FloatArgument(value));
  const innerBytes = views.map((v, i) => (strides[i].at(-1) ?? 0) * (widths[v.dtype] as number));
  if (outer.length === 0) {
    // Flat: rows of 8192 elements; the last is shorter.
    const { rowsPerTask: perTask } = splitRows(inner, 1);
    const tasks = Math.ceil(inner / perTask);
    phases.run(spec, [inner, perTask, ...pointers, ...innerBytes, ...numbers], tasks);
    return true;
  }
  const { rowsPerTask, tasks } = splitRows(rows, inner);
  const outerBytes = views.flatMap((v, i) =>
    strides[i].slice(0, -1).map((s) => s * (widths[v.dtype] as number)),
  );
  phases.run(
    spec,
    [inner, rowsPerTask, ...pointers, ...innerBytes, rows, ...outer, ...outerBytes, ...numbers],
    tasks,
  );
  return true;
}

/** Numbers that may come at any value to the same code; the others, few, are part of it. */
const literals = new Set([0, 1, -1, 0.5, 2]);
/** Operations whose code depends on a constant operand. */
const structural = new Set<Expr['op']>(['pow', 'min', 'max']);

/**
 * The formulas with their constants as further inputs, so that a number that changes from call to call does not ask for
 * new code each time.
 */
function liftConstants(
  formulas: readonly Expr[],
  inputs: number,
): { readonly lifted: readonly Expr[]; readonly constants: readonly number[] } {
  const constants: number[] = [];
  const lift = (part: Expr, args: readonly Expr[]): Expr => {
    if (part.op === 'const' && !literals.has(part.value)) {
      let at = constants.findIndex((value) => Object.is(value, part.value));
      if (at < 0) at = constants.push(part.value) - 1;
      return input(inputs + at);
    }
    if (args.length === 0) return part;
    const kept = structural.has(part.op)
      ? args.map((arg, i) => (part.args[i].op === 'const' ? part.args[i] : arg))
      : args;
    return new Expr(part.op, kept, part.value);
  };
  return { lifted: formulas.map((formula) => mapParts(formula, lift)), constants };
}

/** The numbers of the formulas, for single elements and for vectors. */
type Numbers = Readonly<Record<FloatType, readonly Value[]>>;

function numbersFrom(b: KernelBuilder, { constants }: Plan, first: number): Numbers {
  const f32 = Array.from({ length: constants }, (_, i) => b.argF32(first + i));
  return { f32, f32v: f32.map((value) => b.let(value.splat())) };
}

interface Plan {
  readonly views: readonly View[];
  readonly outputs: number;
  readonly formulas: ElementwiseAttributes['formulas'];
  /** How many numbers the formulas take behind the inputs. */
  readonly constants: number;
  readonly steps: readonly Step[];
  readonly axes: number;
  readonly vector: boolean;
  readonly raw: boolean;
}

function write(b: KernelBuilder, plan: Plan): void {
  const { views, axes } = plan;
  const n = views.length;
  const inner = b.arg(0);
  const perTask = b.arg(1);
  const bases = views.map((_, i) => b.arg(2 + i));
  const innerBytes = views.map((_, i) =>
    plan.steps[i] === 'strided' ? b.arg(2 + n + i) : b.i32(0),
  );
  if (axes === 0) {
    const start = b.let(b.task.mul(perTask));
    const left = inner.sub(start);
    const count = b.let(left.lt(perTask).select(left, perTask));
    const pointers = views.map((v, i) => {
      const width = widths[v.dtype] as number;
      const step =
        plan.steps[i] === 'contiguous'
          ? start.mul(width)
          : plan.steps[i] === 'same'
            ? b.i32(0)
            : start.mul(innerBytes[i]);
      return b.let(bases[i].add(step));
    });
    writeRow(b, plan, pointers, innerBytes, count, numbersFrom(b, plan, 2 + 2 * n));
    return;
  }
  const base = 2 + 2 * n;
  const rows = b.arg(base);
  const sizes = Array.from({ length: axes }, (_, a) => b.arg(base + 1 + a));
  const bytes = views.map((_, i) =>
    Array.from({ length: axes }, (_, a) => b.arg(base + 1 + axes + i * axes + a)),
  );
  const numbers = numbersFrom(b, plan, base + 1 + axes + n * axes);
  const first = b.let(b.task.mul(perTask));
  const end = b.let(first.add(perTask));
  b.set(end, end.lt(rows).select(end, rows));
  b.for(first, end, 1, (row) => {
    const pointers = bases.map((base) => b.let(base));
    const rest = b.let(row);
    for (let a = axes - 1; a >= 0; a--) {
      const index = b.let(a === 0 ? rest : rest.remU(sizes[a]));
      if (a > 0) b.set(rest, rest.divU(sizes[a]));
      pointers.forEach((p, i) => {
        b.set(p, p.add(index.mul(bytes[i][a])));
      });
    }
    writeRow(b, plan, pointers, innerBytes, inner, numbers);
  });
}

/** One row: vectors as long as they fit, then one element after the other, by the same arithmetic. */
function writeRow(
  b: KernelBuilder,
  plan: Plan,
  pointers: readonly Value[],
  innerBytes: readonly Value[],
  count: Value,
  numbers: Numbers,
): void {
  const { views, steps } = plan;
  const done = b.let(0);
  const body = (type: FloatType, lanes: number) => {
    const loaded = views.map((view, i) =>
      i < plan.outputs ? null : b.let(load(b, view.dtype, steps[i], type, pointers[i], plan.raw)),
    );
    const values = [...(loaded.slice(plan.outputs) as Value[]), ...numbers[type]];
    const writer = new FormulaWriter(b, type, values);
    const results = plan.formulas.map((formula) => writer.write(formula));
    for (let i = 0; i < plan.outputs; i++) {
      store(b, views[i].dtype, pointers[i], results[i]);
    }
    views.forEach((view, i) => {
      if (steps[i] === 'same') return;
      const move =
        steps[i] === 'contiguous' ? b.i32(lanes * (widths[view.dtype] as number)) : innerBytes[i];
      b.set(pointers[i], pointers[i].add(move));
    });
    b.set(done, done.add(lanes));
  };
  if (plan.vector) {
    const whole = b.let(count.sub(b.lanes));
    b.if(done.le(whole), () =>
      b.repeat(
        () => body('f32v', b.lanes),
        () => done.le(whole),
      ),
    );
  }
  b.if(done.lt(count), () =>
    b.repeat(
      () => body('f32', 1),
      () => done.lt(count),
    ),
  );
}

function load(
  b: KernelBuilder,
  dtype: DType,
  step: Step,
  type: FloatType,
  pointer: Value,
  raw: boolean,
): Value {
  const vector = type === 'f32v' && step === 'contiguous';
  const splat = (x: Value): Value => (type === 'f32v' && !vector ? x.splat() : x);
  if (dtype === 'float32' || raw) {
    return vector
      ? b.load('f32v', pointer)
      : type === 'f32v'
        ? b.loadSplat(pointer)
        : b.load('f32', pointer);
  }
  if (dtype === 'int32') return splat(b.load(vector ? 'i32v' : 'i32', pointer).toF32());
  return splat(b.loadU8(vector ? 'i32v' : 'i32', pointer).toF32());
}

function store(b: KernelBuilder, dtype: DType, pointer: Value, value: Value): void {
  if (dtype === 'bool') b.storeU8(pointer, 0, value.ne(0));
  else if (dtype === 'uint8') b.storeU8(pointer, 0, inRange(value).toI32());
  else b.store(pointer, 0, value);
}

/** Held to what int32 has, beyond which machines convert in different ways. */
const inRange = (value: Value): Value => value.pmin(2 ** 31 - 128).pmax(-(2 ** 31));
