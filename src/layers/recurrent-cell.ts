import { withOptions } from '../config/index.ts';
import type { InitializerLike } from '../initializers/index.ts';
import type { Parameter } from '../ops/index.ts';
import type { Shape } from '../tensor/index.ts';
import { cellOptions } from './cell-options.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { RnnCell } from './rnn-cell.ts';
import { SeedGenerator } from './seed-generator.ts';

/** The base of the cells with a kernel for inputs, one for the state, and a bias. */
export abstract class RecurrentCell extends withOptions(RnnCell, cellOptions, ['units']) {
  kernel!: Parameter;
  recurrentKernel!: Parameter;
  bias: Parameter | null = null;
  protected readonly seeds = new SeedGenerator(this.seed);

  /** How many times `units` columns the kernels have: one for each gate. */
  protected abstract readonly gates: number;

  protected biasShape(): Shape {
    return [this.units * this.gates];
  }

  protected biasStart(): InitializerLike {
    return this.biasInitializer;
  }

  override build(inputShape: SymbolicShape): void {
    const columns = this.units * this.gates;
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [inputShape.at(-1) as number, columns],
      initializer: this.kernelInitializer,
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
    });
    this.recurrentKernel = this.addWeight({
      name: 'recurrent_kernel',
      shape: [this.units, columns],
      initializer: this.recurrentInitializer,
      regularizer: this.recurrentRegularizer,
      constraint: this.recurrentConstraint,
    });
    if (this.useBias) {
      this.bias = this.addWeight({
        name: 'bias',
        shape: this.biasShape(),
        initializer: this.biasStart(),
        regularizer: this.biasRegularizer,
        constraint: this.biasConstraint,
      });
    }
  }

  override stateShapes(_stepShape: SymbolicShape): readonly SymbolicShape[] {
    return [[this.units]];
  }
}
