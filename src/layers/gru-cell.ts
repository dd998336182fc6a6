import { boolean, factory, withOptions } from '../config/index.ts';
import { dense, matmul, narrow, reshape, split, sub } from '../ops/index.ts';
import type { Shape, Tensor } from '../tensor/index.ts';
import { droppedSteps, gateOptions, stateDropout } from './cell-options.ts';
import { RecurrentCell } from './recurrent-cell.ts';
import type { CellRun } from './rnn-cell.ts';

/** Options of the gated recurrent unit. */
export const gruOptions = {
  ...gateOptions,
  /** Whether the reset gate is applied after the product with the state (as in cuDNN) instead of before. */
  resetAfter: boolean(true),
};

/** One step of a {@link GRU}. */
export class GRUCell extends withOptions(RecurrentCell, gruOptions, ['units']) {
  static override readonly className = 'GRUCell';
  protected override readonly gates = 3;

  protected override biasShape(): Shape {
    const columns = 3 * this.units;
    return this.resetAfter ? [2, columns] : [columns];
  }

  override begin(training: boolean): CellRun {
    const drop = stateDropout(this.recurrentDropout, training, this.seeds.next());
    const part = (i: number): Tensor | null => {
      if (!this.bias || !this.resetAfter) return i === 0 ? this.bias : null;
      return reshape(narrow(this.bias, 0, i, 1), [-1]);
    };
    const [inputBias, stateBias] = [part(0), part(1)];
    return {
      prepare: (sequence) => {
        const x = droppedSteps(sequence, this.dropout, training, this.seeds.next());
        return dense(x, this.kernel, inputBias);
      },
      step: (x, [h]) => {
        const output = this.#step(x, drop(h), h, stateBias);
        return { output, states: [output] };
      },
    };
  }

  #step(x: Tensor, dropped: Tensor, h: Tensor, stateBias: Tensor | null): Tensor {
    const { units, recurrentKernel, activation, recurrentActivation: gate } = this;
    const [forUpdate, forReset, forCandidate] = split(x, 3, -1);
    let candidate: Tensor;
    let update: Tensor;
    if (this.resetAfter) {
      const inner = split(dense(dropped, recurrentKernel, stateBias), 3, -1);
      update = gate(forUpdate.add(inner[0]));
      const reset = gate(forReset.add(inner[1]));
      candidate = activation(forCandidate.add(reset.mul(inner[2])));
    } else {
      const [first, last] = split(recurrentKernel, [2 * units, units], -1);
      const inner = split(matmul(dropped, first), 2, -1);
      update = gate(forUpdate.add(inner[0]));
      const reset = gate(forReset.add(inner[1]));
      candidate = activation(forCandidate.add(matmul(reset.mul(dropped), last)));
    }
    return update.mul(h).add(sub(1, update).mul(candidate));
  }
}

/** Makes a {@link GRUCell}. */
export const gruCell = factory(GRUCell);
