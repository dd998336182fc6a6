import { boolean, omitted, withOptions } from '../config/index.ts';
import {
  asTensor,
  cast,
  expandDims,
  narrow,
  Parameter,
  squeeze,
  stack,
  where,
  zeros,
  zerosLike,
} from '../ops/index.ts';
import { formatShape, ShapeError, type Tensor, ValueError } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { type AnyTensor, type CallOptions, Layer } from './layer.ts';
import type { RnnCell } from './rnn-cell.ts';

/** Options that all recurrent layers share. */
export const recurrentOptions = {
  /** Whether to give the outputs of all steps rather than the last. */
  returnSequences: boolean(false),
  /** Whether to give the last states, too. */
  returnState: boolean(false),
  /** Whether to begin at the end of the sequence. */
  goBackwards: boolean(false),
  /** Whether the states of a batch are those that the next begins with. */
  stateful: boolean(false),
  unroll: boolean(false),
  /** Whether the output of masked steps is 0 rather than that of the step before. */
  zeroOutputForMask: boolean(false),
  timeMajor: omitted(boolean(false)),
  implementation: omitted({ required: false, initial: 2, parse: (n: number) => n } as const),
};

/** The base of recurrent layers: a cell that walks along a sequence [batch, time, ...]. */
export abstract class Recurrent extends withOptions(Layer, recurrentOptions) {
  override supportsMasking = true;
  abstract cell: RnnCell;
  /** States that the next batch begins with, if the layer is stateful. */
  states: Parameter[] | null = null;

  override apply<T extends AnyTensor>(
    inputs: T | readonly T[],
    options: CallOptions = {},
  ): T & readonly T[] {
    // Keras takes the initial states behind the sequence in one list, too.
    if (!Array.isArray(inputs)) return super.apply(inputs as T, options) as T & readonly T[];
    const [sequence, ...initialState] = inputs as readonly T[];
    const states = initialState.length ? { initialState } : {};
    return super.apply(sequence, { ...options, ...states }) as T & readonly T[];
  }

  override build(inputShape: SymbolicShape): void {
    const step = stepShape(inputShape);
    this.cell.build(step);
    if (!this.stateful) return;
    const batch = inputShape[0];
    if (batch === null) {
      throw new ValueError(
        `${this.name}: a stateful layer must know the batch size; give the input a batchShape`,
      );
    }
    this.states = this.cell.stateShapes(step).map(
      (shape, i) =>
        new Parameter(zeros([batch, ...(shape as number[])], { dtype: this.variableDtype }), {
          name: `rnn_state_${i}`,
          trainable: false,
        }),
    );
  }

  override get weights(): Parameter[] {
    const states = new Set(this.states ?? []);
    return super.weights.filter((weight) => !states.has(weight));
  }

  /** Sets the states of a stateful layer to 0. */
  resetState(): void {
    for (const state of this.states ?? []) state.assign(0);
  }

  override call(x: Tensor, { initialState, mask, training = false }: CallOptions): unknown {
    const run = this.cell.begin(training);
    const prepared = run.prepare(x);
    const steps = x.shape[1];
    if (steps === 0) throw new ShapeError(`${this.name}: the sequence has no steps`);
    const mayCount = mask ? cast(mask as Tensor, 'bool') : null;
    let states: readonly Tensor[] = this.#begin(x, initialState);
    let output: Tensor | null = null;
    const outputs: Tensor[] = [];
    for (let i = 0; i < steps; i++) {
      const t = this.goBackwards ? steps - 1 - i : i;
      const result = run.step(stepAt(prepared, t), states);
      if (!mayCount) {
        ({ output, states } = result);
      } else {
        const counts = stepAt(mayCount, t);
        const before: Tensor =
          output && !this.zeroOutputForMask ? output : zerosLike(result.output);
        output = choose(counts, result.output, before);
        states = result.states.map((state, j) => choose(counts, state, states[j]));
      }
      if (this.returnSequences) outputs.push(output);
    }
    this.states?.forEach((state, i) => {
      state.assign(states[i]);
    });
    const y = this.returnSequences ? stack(outputs, 1) : (output as Tensor);
    return this.returnState ? [y, ...states] : y;
  }

  #begin(x: Tensor, given: unknown): readonly Tensor[] {
    const step = stepShape(x.shape);
    if (given === undefined || given === null) {
      return this.states ?? this.cell.initialStates(x.shape[0], step);
    }
    const list = (Array.isArray(given) ? given.flat() : [given]) as Tensor[];
    const shapes = this.cell.stateShapes(step);
    if (list.length !== shapes.length) {
      throw new ValueError(
        `${this.name}: initialState must hold ${shapes.length} tensors, received ${list.length}`,
      );
    }
    return list.map((state, i) => {
      const t = asTensor(this.name, state);
      if (t.shape.slice(1).join() !== shapes[i].join()) {
        throw new ShapeError(
          `${this.name}: initial state ${i} must have shape [batch, ${shapes[i]}], received ` +
            formatShape(t.shape),
        );
      }
      return cast(t, this.computeDtype);
    });
  }

  override computeMask(
    _x: Tensor,
    mask: NonNullable<CallOptions['mask']> | null,
  ): Tensor | null | readonly (Tensor | null)[] {
    const own = this.returnSequences ? (mask as Tensor | null) : null;
    return this.returnState ? [own] : own;
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape | readonly SymbolicShape[] {
    const [batch, time] = inputShape;
    const step = stepShape(inputShape);
    const output = this.cell.outputShape(step);
    const y = this.returnSequences ? [batch, time, ...output] : [batch, ...output];
    if (!this.returnState) return y;
    return [y, ...this.cell.stateShapes(step).map((shape) => [batch, ...shape])];
  }
}

/** Shape of one step of a sequence. */
const stepShape = ([batch, , ...rest]: SymbolicShape): SymbolicShape => [batch, ...rest];

/** One step of a sequence. */
const stepAt = (sequence: Tensor, t: number): Tensor => squeeze(narrow(sequence, 1, t, 1), 1);

/** `a` for the samples that count, `b` for the others. */
function choose(counts: Tensor, a: Tensor, b: Tensor): Tensor {
  let wide = counts;
  while (wide.rank < a.rank) wide = expandDims(wide, -1);
  return where(wide, a, b);
}
