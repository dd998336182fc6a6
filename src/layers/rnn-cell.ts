import { zeros } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { type CallOptions, Layer } from './layer.ts';

/** What one step gives: its output, and the states for the next. */
export interface CellStep {
  readonly output: Tensor;
  readonly states: readonly Tensor[];
}

/** A cell at work on one sequence. */
export interface CellRun {
  /** The sequence [batch, time, ...] as the steps want it: what does not depend on states is done for all steps at once. */
  prepare(sequence: Tensor): Tensor;
  /** One step on a slice [batch, ...] of the prepared sequence. */
  step(x: Tensor, states: readonly Tensor[]): CellStep;
}

/**
 * One step of a recurrent layer. A cell in user code says its `stateShapes` and computes in `call`, which gets the states as
 * `options.states` and gives the output and the new states in one list.
 */
export abstract class RnnCell extends Layer {
  /** Shape of each state, without the batch, for steps of that shape. */
  abstract stateShapes(stepShape: SymbolicShape): readonly SymbolicShape[];

  /** Shape of the output of a step, without the batch; that of the first state unless a class says otherwise. */
  outputShape(stepShape: SymbolicShape): SymbolicShape {
    return this.stateShapes(stepShape)[0];
  }

  /** Begins a sequence. */
  begin(training: boolean): CellRun {
    return {
      prepare: (sequence) => sequence,
      step: (x, states) => {
        const [output, ...next] = this.call(x, { states, training }) as Tensor[];
        return { output, states: next };
      },
    };
  }

  /** One step by itself: the output and the new states, from `options.states`. */
  override call(x: Tensor, { states, training = false }: CallOptions): readonly Tensor[] {
    const run = this.begin(training);
    const { output, states: next } = run.step(
      run.prepare(x.expandDims(1)).squeeze(1),
      states as readonly Tensor[],
    );
    return [output, ...next];
  }

  /** States to begin with: zeros. */
  initialStates(batch: number, stepShape: SymbolicShape): Tensor[] {
    return this.stateShapes(stepShape).map((shape) =>
      zeros([batch, ...(shape as number[])], { dtype: this.computeDtype }),
    );
  }

  override computeOutputShape([batch, ...rest]: SymbolicShape): readonly SymbolicShape[] {
    const step = [batch, ...rest];
    return [this.outputShape(step), ...this.stateShapes(step)].map((shape) => [batch, ...shape]);
  }
}
