import { factory } from '../config/index.ts';
import { dense, matmul } from '../ops/index.ts';
import { droppedSteps, stateDropout } from './cell-options.ts';
import { RecurrentCell } from './recurrent-cell.ts';
import type { CellRun } from './rnn-cell.ts';

/** One step of a {@link SimpleRNN}: `activation(x @ kernel + h @ recurrentKernel + bias)`. */
export class SimpleRNNCell extends RecurrentCell {
  static override readonly className = 'SimpleRNNCell';
  protected override readonly gates = 1;

  override begin(training: boolean): CellRun {
    const drop = stateDropout(this.recurrentDropout, training, this.seeds.next());
    return {
      prepare: (sequence) => {
        const x = droppedSteps(sequence, this.dropout, training, this.seeds.next());
        return dense(x, this.kernel, this.bias);
      },
      step: (x, [h]) => {
        const output = this.activation(x.add(matmul(drop(h), this.recurrentKernel)));
        return { output, states: [output] };
      },
    };
  }
}

/** Makes a {@link SimpleRNNCell}. */
export const simpleRnnCell = factory(SimpleRNNCell);
