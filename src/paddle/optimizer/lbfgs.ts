import { fromData } from '../../ops/index.ts';
import { allocateArray, ValueError } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';
import { enableGrad } from '../autograd.ts';
import type { Parameter } from '../parameter.ts';
import type { Tensor } from '../tensor.ts';
import { dot, greatest, type Point, strongWolfe } from './line-search.ts';
import { type Formulas, Optimizer, type OptimizerArguments } from './optimizer.ts';

/** Arguments of `LBFGS`. */
export interface LBFGSArguments extends OptimizerArguments {
  /** Steps of one call of `step`; 20 by default. */
  readonly maxIter: number;
  /** Calls of the closure in one call of `step`; 1.25 `maxIter` by default. */
  readonly maxEval: number;
  readonly toleranceGrad: number;
  readonly toleranceChange: number;
  /** Steps that the curvature is estimated from; 100 by default. */
  readonly historySize: number;
  /** 'strong_wolfe', or none by default. */
  readonly lineSearchFn: string;
}

const order = [
  'learningRate',
  'maxIter',
  'maxEval',
  'toleranceGrad',
  'toleranceChange',
  'historySize',
  'lineSearchFn',
  'parameters',
  'weightDecay',
  'gradClip',
  'name',
] as const;

/** What is known of the curvature. */
interface Memory {
  readonly changes: Float64Array[];
  readonly steps: Float64Array[];
  scale: number;
  direction: Float64Array;
  length: number;
  gradient: Float64Array;
}

/**
 * Quasi-Newton steps for small problems: `step(closure)`, where the closure clears the gradients, computes the loss, calls
 * `backward` and gives the loss. Vectors of all parameters are kept on the host. Liu and Nocedal 1989.
 */
export class LBFGS extends Optimizer {
  readonly maxIter: number;
  readonly maxEval: number;
  readonly toleranceGrad: number;
  readonly toleranceChange: number;
  readonly historySize: number;
  readonly lineSearchFn: string | null;
  #memory: Memory | null = null;

  constructor(...args: Arguments<LBFGSArguments, typeof order>) {
    const given = byName<LBFGSArguments>('LBFGS', order, args);
    super({ ...given, learningRate: given.learningRate ?? 1 }, {});
    this.maxIter = given.maxIter ?? 20;
    this.maxEval = given.maxEval ?? Math.floor((this.maxIter * 5) / 4);
    this.toleranceGrad = given.toleranceGrad ?? 1e-7;
    this.toleranceChange = given.toleranceChange ?? 1e-9;
    this.historySize = given.historySize ?? 100;
    this.lineSearchFn = given.lineSearchFn ?? null;
    const { lineSearchFn: search } = this;
    if (search !== null && search !== 'strong_wolfe' && search !== 'strongWolfe') {
      throw new ValueError(
        `LBFGS: lineSearchFn must be 'strong_wolfe' or none, received '${search}'`,
      );
    }
  }

  protected override rule({ w }: Formulas): Formulas {
    return { w };
  }

  /** Steps until one of the limits is met; gives the loss before them. */
  override step(closure?: () => Tensor): Tensor {
    if (!closure) {
      throw new ValueError(
        'LBFGS: step needs a closure that computes the loss, calls backward and gives the loss',
      );
    }
    const evaluate = (): number => Number(enableGrad(closure).item());
    const first = enableGrad(closure);
    let loss = Number(first.item());
    let gradient = this.#gradient();
    let evaluations = 1;
    if (greatest(gradient) <= this.toleranceGrad) return first;
    const rate = this.getLr();
    for (let iteration = 1; iteration <= this.maxIter; iteration++) {
      const begins = this.#memory === null;
      const memory = this.#direct(gradient);
      const before = loss;
      memory.length = begins ? Math.min(1, 1 / sumOfAbs(gradient)) * rate : rate;
      const slope = dot(gradient, memory.direction);
      if (slope > -this.toleranceChange) break;
      if (this.lineSearchFn) {
        const start = this.#values();
        const at = (length: number): Point => {
          this.#set(start, length, memory.direction);
          return { loss: evaluate(), gradient: this.#gradient() };
        };
        const found = strongWolfe(at, memory.length, memory.direction, { loss, gradient }, slope);
        ({ loss, gradient } = found.point);
        memory.length = found.length;
        evaluations += found.evaluations;
        this.#set(start, memory.length, memory.direction);
      } else {
        this.#set(this.#values(), memory.length, memory.direction);
        if (iteration < this.maxIter) {
          loss = evaluate();
          gradient = this.#gradient();
          evaluations++;
        }
      }
      const enough =
        greatest(gradient) <= this.toleranceGrad ||
        greatest(memory.direction) * memory.length <= this.toleranceChange ||
        Math.abs(loss - before) < this.toleranceChange;
      if (enough || evaluations >= this.maxEval) break;
    }
    return first;
  }

  /** The direction of the next step, from the gradients so far. */
  #direct(gradient: Float64Array): Memory {
    const memory = this.#memory;
    if (!memory) {
      this.#memory = {
        changes: [],
        steps: [],
        scale: 1,
        direction: gradient.map((g) => -g),
        length: 0,
        gradient,
      };
      return this.#memory;
    }
    const change = gradient.map((g, i) => g - memory.gradient[i]);
    const step = memory.direction.map((d) => d * memory.length);
    const curvature = dot(change, step);
    if (curvature > 1e-10) {
      if (memory.changes.length === this.historySize) {
        memory.changes.shift();
        memory.steps.shift();
      }
      memory.changes.push(change);
      memory.steps.push(step);
      memory.scale = curvature / dot(change, change);
    }
    memory.direction = twoLoops(gradient, memory);
    memory.gradient = gradient;
    return memory;
  }

  /** Gradients of all parameters in one vector. */
  #gradient(): Float64Array {
    return joined(this.parameterList, ({ grad, size }) => grad?.numpy() ?? new Float64Array(size));
  }

  #values(): Float64Array {
    return joined(this.parameterList, (parameter) => parameter.numpy());
  }

  /** Sets all parameters to `start + length * direction`. */
  #set(start: Float64Array, length: number, direction: Float64Array): void {
    let at = 0;
    for (const parameter of this.parameterList) {
      const { size, shape, dtype } = parameter;
      const data = allocateArray(dtype, size);
      for (let i = 0; i < size; i++) data[i] = start[at + i] + length * direction[at + i];
      parameter.setValue(fromData(data, shape, dtype));
      at += size;
    }
  }
}

function joined(
  parameters: readonly Parameter[],
  of: (parameter: Parameter) => ArrayLike<number>,
): Float64Array {
  const vector = new Float64Array(parameters.reduce((sum, { size }) => sum + size, 0));
  let at = 0;
  for (const parameter of parameters) {
    vector.set(of(parameter), at);
    at += parameter.size;
  }
  return vector;
}

const sumOfAbs = (x: Float64Array): number => x.reduce((sum, value) => sum + Math.abs(value), 0);

/** The gradient times the inverse of the curvature that the last steps have shown, with its sign changed. */
function twoLoops(gradient: Float64Array, { changes, steps, scale }: Memory): Float64Array {
  const q = gradient.map((g) => -g);
  const shares = new Array<number>(steps.length);
  const add = (target: Float64Array, x: Float64Array, factor: number): void => {
    for (let i = 0; i < target.length; i++) target[i] += factor * x[i];
  };
  for (let i = steps.length - 1; i >= 0; i--) {
    shares[i] = dot(steps[i], q) / dot(changes[i], steps[i]);
    add(q, changes[i], -shares[i]);
  }
  const r = q.map((value) => value * scale);
  for (let i = 0; i < steps.length; i++) {
    const share = dot(changes[i], r) / dot(changes[i], steps[i]);
    add(r, steps[i], shares[i] - share);
  }
  return r;
}
