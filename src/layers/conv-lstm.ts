import { boolean, choice, option, requiredInteger, withOptions } from '../config/index.ts';
import { conv1d, conv2d, conv3d, moveAxis, type Parameter, reshape, split } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { droppedSteps, forgetBias, stateDropout, weightOptions } from './cell-options.ts';
import { convOutputShape } from './conv.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import type { CallOptions, Layer } from './layer.ts';
import { activation } from './layer-options.ts';
import { pick } from './pick.ts';
import { Recurrent } from './recurrent.ts';
import { type CellRun, RnnCell } from './rnn-cell.ts';
import { SeedGenerator } from './seed-generator.ts';
import { dataFormat, perAxis, requiredPerAxis } from './window-options.ts';

const convolutions = [conv1d, conv2d, conv3d] as const;

const cellOptions = (rank: number) => ({
  /** How many filters, and so channels of the state. */
  filters: requiredInteger(),
  kernelSize: requiredPerAxis(rank),
  strides: perAxis(rank, 1),
  padding: choice(['valid', 'same'], 'valid'),
  dataFormat: dataFormat(),
  dilationRate: perAxis(rank, 1),
  activation: activation('tanh'),
  recurrentActivation: activation('sigmoid'),
  ...weightOptions,
  unitForgetBias: boolean(true),
});

/** Lists that the layer has checked. */
const checked = () => option((input: readonly number[]) => input);

/** One step of a ConvLSTM, channels last: an LSTM whose products are convolutions. */
class ConvLSTMCell extends withOptions(RnnCell, {
  ...cellOptions(2),
  kernelSize: checked(),
  strides: checked(),
  dilationRate: checked(),
}) {
  kernel!: Parameter;
  recurrentKernel!: Parameter;
  bias: Parameter | null = null;
  readonly #seeds = new SeedGenerator(this.seed);

  override build(inputShape: SymbolicShape): void {
    const { filters, kernelSize } = this;
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [...kernelSize, inputShape.at(-1) as number, 4 * filters],
      initializer: this.kernelInitializer,
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
    });
    this.recurrentKernel = this.addWeight({
      name: 'recurrent_kernel',
      shape: [...kernelSize, filters, 4 * filters],
      initializer: this.recurrentInitializer,
      regularizer: this.recurrentRegularizer,
      constraint: this.recurrentConstraint,
    });
    if (this.useBias) {
      this.bias = this.addWeight({
        name: 'bias',
        shape: [4 * filters],
        initializer: this.unitForgetBias
          ? forgetBias(this.biasInitializer, filters)
          : this.biasInitializer,
        regularizer: this.biasRegularizer,
        constraint: this.biasConstraint,
      });
    }
  }

  override stateShapes(stepShape: SymbolicShape): readonly SymbolicShape[] {
    const window = { ...pick(this, cellOptions(2)), name: this.name };
    const [, ...shape] = convOutputShape(
      { ...window, dataFormat: 'channels_last' },
      stepShape,
      this.filters,
    );
    return [shape, shape];
  }

  override begin(training: boolean): CellRun {
    const convolve = convolutions[this.kernelSize.length - 1];
    const drop = stateDropout(this.recurrentDropout, training, this.#seeds.next());
    const { strides, padding, dilationRate: dilation, bias } = this;
    return {
      prepare: (sequence) => {
        const x = droppedSteps(sequence, this.dropout, training, this.#seeds.next());
        const [batch, time, ...rest] = x.shape;
        const folded = reshape(x, [batch * time, ...rest]);
        const y = convolve(folded, this.kernel, { strides, padding, dilation, bias });
        return reshape(y, [batch, time, ...y.shape.slice(1)]);
      },
      step: (x, [h, c]) => {
        const inner = convolve(drop(h), this.recurrentKernel, { padding: 'same' });
        const [input, forget, candidate, output] = split(x.add(inner), 4, -1);
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

/** The base class of the ConvLSTM layers: the length of `kernelSize` says how many image axes there are. */
export abstract class ConvLSTM extends withOptions(Recurrent, cellOptions(2)) {
  override inputSpec: Layer['inputSpec'] = { rank: this.kernelSize.length + 3 };
  readonly cell = new ConvLSTMCell({
    ...pick(this as ConvLSTM, cellOptions(2)),
    name: 'conv_lstm_cell',
    dtype: this.dtype,
  });

  get #first(): boolean {
    return this.dataFormat === 'channels_first';
  }

  override build(inputShape: SymbolicShape): void {
    super.build(this.#last(inputShape));
  }

  /** A shape [batch, time, ...] with channels last. */
  #last(shape: SymbolicShape): SymbolicShape {
    if (!this.#first) return shape;
    const [batch, time, channels, ...window] = shape;
    return [batch, time, ...window, channels];
  }

  override call(x: Tensor, options: CallOptions): unknown {
    if (!this.#first) return super.call(x, options);
    const y = super.call(moveAxis(x, 2, -1), options) as Tensor | readonly Tensor[];
    const back = (t: Tensor, i = 0): Tensor =>
      moveAxis(t, -1, i === 0 && this.returnSequences ? 2 : 1);
    return Array.isArray(y) ? y.map(back) : back(y as Tensor);
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape | readonly SymbolicShape[] {
    const last = super.computeOutputShape(this.#last(inputShape));
    if (!this.#first) return last;
    const back = (shape: SymbolicShape, i = 0): SymbolicShape => {
      const lead = i === 0 && this.returnSequences ? 2 : 1;
      return [...shape.slice(0, lead), shape.at(-1) as number, ...shape.slice(lead, -1)];
    };
    return this.returnState
      ? (last as readonly SymbolicShape[]).map(back)
      : back(last as SymbolicShape);
  }
}

/** The base class with the options of so many image axes. */
export const convLstmLayer = (rank: 1 | 2 | 3) =>
  withOptions(ConvLSTM, cellOptions(rank), ['filters', 'kernelSize']);
