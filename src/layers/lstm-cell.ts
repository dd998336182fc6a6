import { boolean, factory, withOptions } from '../config/index.ts';
import type { InitializerLike } from '../initializers/index.ts';
import { dense, matmul, split } from '../ops/index.ts';
import { droppedSteps, forgetBias, gateOptions, stateDropout } from './cell-options.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { RecurrentCell } from './recurrent-cell.ts';
import type { CellRun } from './rnn-cell.ts';

/** Options of the long short-term memory. */
export const lstmOptions = {
  ...gateOptions,
  /** Whether the forget gate's bias starts at 1. */
  unitForgetBias: boolean(true),
};

/** One step of an {@link LSTM}. */
export class LSTMCell extends withOptions(RecurrentCell, lstmOptions, ['units']) {
  static override readonly className = 'LSTMCell';
  protected override readonly gates = 4;

  protected override biasStart(): InitializerLike {
    return this.unitForgetBias
      ? forgetBias(this.biasInitializer, this.units)
      : this.biasInitializer;
  }

  override stateShapes(_stepShape: SymbolicShape): readonly SymbolicShape[] {
    return [[this.units], [this.units]];
  }

  override begin(training: boolean): CellRun {
    const drop = stateDropout(this.recurrentDropout, training, this.seeds.next());
    return {
      prepare: (sequence) => {
        const x = droppedSteps(sequence, this.dropout, training, this.seeds.next());
        return dense(x, this.kernel, this.bias);
      },
      step: (x, [h, c]) => {
        const gates = x.add(matmul(drop(h), this.recurrentKernel));
        const [input, forget, candidate, output] = split(gates, 4, -1);
        const gate = this.recurrentActivation;
        const carry = gate(forget)
          .mul(c)
          .add(gate(input).mul(this.activation(candidate)));
        const next = gate(output).mul(this.activation(carry));
        return { output: next, states: [next, carry] };
      },
    };
  }
}

/** Makes an {@link LSTMCell}. */
export const lstmCell = factory(LSTMCell);
