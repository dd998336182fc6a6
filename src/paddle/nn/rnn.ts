import {
  arange,
  concat,
  expandDims,
  less,
  narrow,
  stack,
  unstack,
  where,
  zeros,
} from '../../ops/index.ts';
import { type Tensor as CoreTensor, ValueError } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';
import type { Parameter } from '../parameter.ts';
import { Tensor, wrap } from '../tensor.ts';
import { withArguments } from '../with-arguments.ts';
import { LayerList } from './containers.ts';
import * as F from './functional/index.ts';
import { Layer } from './layer.ts';
import {
  attributeNames,
  type CellArguments,
  type CellState,
  GRUCell,
  LSTMCell,
  type RNNCellBase,
  SimpleRNNCell,
  sizeNames,
} from './rnn-cells.ts';

const parts = (state: CellState): readonly Tensor[] => (state instanceof Tensor ? [state] : state);

const sameForm = (state: CellState, list: readonly Tensor[]): CellState =>
  state instanceof Tensor ? list[0] : list;

/** How a sequence is run through a cell. */
interface RunOptions {
  readonly initialStates: CellState | null;
  readonly sequenceLength: Tensor | null;
  readonly timeMajor: boolean;
  readonly isReverse: boolean;
}

/** Runs a cell along the time axis; where a sequence has ended its state stays. */
function runCell(
  cell: RNNCellBase,
  inputs: Tensor,
  { initialStates, sequenceLength, timeMajor, isReverse }: RunOptions,
): [outputs: Tensor, states: CellState] {
  const axis = timeMajor ? 0 : 1;
  const steps = inputs.shape[axis];
  let state = initialStates ?? cell.getInitialStates(inputs, 0, timeMajor ? 1 : 0);
  const going = sequenceLength && maskOf(sequenceLength.tensor, steps);
  const outputs: CoreTensor[] = [];
  for (let i = 0; i < steps; i++) {
    const step = isReverse ? steps - 1 - i : i;
    const x = wrap(narrow(inputs.tensor, axis, step, 1).squeeze(axis));
    const [output, next] = cell.call(x, state);
    outputs.push(output.tensor);
    state = going ? continued(state, next, going[step]) : next;
  }
  if (isReverse) outputs.reverse();
  return [wrap(stack(outputs, axis)), state];
}

/** For each step, bool [batch, 1]: whether the sequence goes on. */
function maskOf(lengths: CoreTensor, steps: number): CoreTensor[] {
  const places = arange(0, steps, 1, { dtype: lengths.dtype });
  const mask = less(expandDims(places, 1), expandDims(lengths, 0));
  return unstack(mask, 0).map((row) => expandDims(row, 1));
}

const continued = (state: CellState, next: CellState, going: CoreTensor): CellState => {
  const before = parts(state);
  const list = parts(next).map((part, i) => wrap(where(going, part.tensor, before[i].tensor)));
  return sameForm(next, list);
};

/** Runs a cell along a sequence [batch, time, in]: gives `[outputs, states]`. */
export class RNN extends withArguments<{
  cell: RNNCellBase;
  isReverse: boolean;
  timeMajor: boolean;
}>()(Layer, ['cell', 'isReverse', 'timeMajor'], 1, { isReverse: false, timeMajor: false }) {
  override forward(
    inputs: Tensor,
    initialStates: CellState | null = null,
    sequenceLength: Tensor | null = null,
  ): [Tensor, CellState] {
    const { cell, isReverse, timeMajor } = this;
    return runCell(cell, inputs, { initialStates, sequenceLength, timeMajor, isReverse });
  }
}

/** Runs one cell forwards and another backwards; outputs are joined: gives `[outputs, [forward, backward]]`. */
export class BiRNN extends withArguments<{
  cell_fw: RNNCellBase;
  cell_bw: RNNCellBase;
  timeMajor: boolean;
}>()(Layer, ['cell_fw', 'cell_bw', 'timeMajor'], 2, { timeMajor: false }) {
  override forward(
    inputs: Tensor,
    initialStates: readonly [CellState, CellState] | null = null,
    sequenceLength: Tensor | null = null,
  ): [Tensor, [CellState, CellState]] {
    const { timeMajor } = this;
    const run = (cell: RNNCellBase, direction: 0 | 1) =>
      runCell(cell, inputs, {
        initialStates: initialStates?.[direction] ?? null,
        sequenceLength,
        timeMajor,
        isReverse: direction === 1,
      });
    const [forwards, stateForwards] = run(this.cell_fw, 0);
    const [backwards, stateBackwards] = run(this.cell_bw, 1);
    const outputs = wrap(concat([forwards.tensor, backwards.tensor], -1));
    return [outputs, [stateForwards, stateBackwards]];
  }
}

/** Arguments of the recurrent networks. */
export interface RNNArguments extends CellArguments {
  /** Layers one above the other; 1 by default. */
  readonly numLayers: number;
  /** 'forward' (the default), 'bidirect' or 'bidirectional'. */
  readonly direction: string;
  /** Whether the time is the first axis, before the batch. */
  readonly timeMajor: boolean;
  /** Dropout between layers. */
  readonly dropout: number;
}

const common = [...sizeNames, 'numLayers', 'direction', 'timeMajor', 'dropout'] as const;
const gruOrder = [...common, ...attributeNames, 'name'] as const;
const lstmOrder = [...common, ...attributeNames, 'projSize', 'name'] as const;
const simpleOrder = [...common, 'activation', ...attributeNames, 'name'] as const;

/** What makes the cell of a layer. */
type MakeCell = (inputSize: number) => RNNCellBase;

/** Layers of cells, forwards or both ways. */
abstract class RNNBase extends LayerList {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly numDirections: 1 | 2;
  readonly timeMajor: boolean;
  readonly dropout: number;
  readonly #outputSize: number;

  constructor(given: Partial<RNNArguments>, makeCell: MakeCell) {
    super();
    const { inputSize, hiddenSize, projSize, direction = 'forward' } = given as RNNArguments;
    const { name } = new.target;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = given.numLayers ?? 1;
    this.timeMajor = given.timeMajor ?? false;
    this.dropout = given.dropout ?? 0;
    this.#outputSize = projSize || hiddenSize;
    const both = direction === 'bidirect' || direction === 'bidirectional';
    if (!both && direction !== 'forward') {
      throw new ValueError(
        `${name}: direction must be 'forward', 'bidirect' or 'bidirectional', ` +
          `received '${direction}'`,
      );
    }
    this.numDirections = both ? 2 : 1;
    for (let layer = 0; layer < this.numLayers; layer++) {
      const size = layer === 0 ? inputSize : this.numDirections * this.#outputSize;
      const cell = makeCell(size);
      const { timeMajor } = this;
      this.append(
        both
          ? new BiRNN(cell, makeCell(size), { timeMajor })
          : new RNN(cell, { isReverse: false, timeMajor }),
      );
    }
    this.#nameParameters();
  }

  /** Gives the cells' parameters the names that the whole layer has for them: `weight_ih_l0_reverse`. */
  #nameParameters(): void {
    const fields = this as unknown as Record<string, Parameter>;
    this.list.forEach((layer, i) => {
      const cells = layer instanceof BiRNN ? [layer.cell_fw, layer.cell_bw] : [(layer as RNN).cell];
      cells.forEach((cell, direction) => {
        for (const [name, parameter] of cell.namedParameters()) {
          fields[`${name}_l${i}${direction === 1 ? '_reverse' : ''}`] = parameter;
        }
      });
    });
  }

  /** How many tensors a state has. */
  protected abstract readonly stateParts: 1 | 2;

  /**
   * `inputs` [batch, time, in] to `[outputs, states]`; a state is [layers x directions, batch, hidden], two of them for LSTM.
   * Where `sequenceLength` ends a sequence its state stays and its outputs are 0.
   */
  override forward(
    inputs: Tensor,
    initialStates: CellState | null = null,
    sequenceLength: Tensor | null = null,
  ): [Tensor, CellState] {
    const given = this.#splitStates(initialStates ?? this.#zeroStates(inputs));
    const finals: CellState[] = [];
    let x = inputs;
    this.list.forEach((layer, i) => {
      if (i > 0 && this.dropout > 0) x = F.dropout(x, { p: this.dropout, training: this.training });
      const states = given.slice(i * this.numDirections, (i + 1) * this.numDirections);
      const initial = this.numDirections === 2 ? states : states[0];
      const [outputs, final] = layer.call(x, initial as never, sequenceLength as never) as [
        Tensor,
        CellState | [CellState, CellState],
      ];
      finals.push(...(this.numDirections === 2 ? (final as CellState[]) : [final as CellState]));
      x = outputs;
    });
    if (sequenceLength) x = this.#withoutRest(x, sequenceLength);
    return [x, this.#joinStates(finals)];
  }

  #zeroStates(inputs: Tensor): CellState {
    const batch = inputs.shape[this.timeMajor ? 1 : 0];
    const rows = this.numLayers * this.numDirections;
    const make = (size: number): Tensor =>
      wrap(zeros([rows, batch, size], { dtype: inputs.dtype }));
    const hidden = make(this.#outputSize);
    return this.stateParts === 1 ? hidden : [hidden, make(this.hiddenSize)];
  }

  /** One state for each layer and direction. */
  #splitStates(states: CellState): CellState[] {
    const rows = parts(states).map((part) => unstack(part.tensor, 0).map(wrap));
    if (rows.length !== this.stateParts) {
      throw new ValueError(
        `${this.constructor.name}: the state has ${rows.length} tensors, expected ${this.stateParts}`,
      );
    }
    return rows[0].map((row, i) => (this.stateParts === 1 ? row : rows.map((part) => part[i])));
  }

  #joinStates(finals: readonly CellState[]): CellState {
    const join = (index: number): Tensor =>
      wrap(
        stack(
          finals.map((state) => parts(state)[index].tensor),
          0,
        ),
      );
    return this.stateParts === 1 ? join(0) : [join(0), join(1)];
  }

  /** Zeros behind the end of each sequence. */
  #withoutRest(outputs: Tensor, lengths: Tensor): Tensor {
    const axis = this.timeMajor ? 0 : 1;
    const mask = stack(maskOf(lengths.tensor, outputs.shape[axis]), axis);
    const none = zeros([], { dtype: outputs.dtype });
    return wrap(where(mask, outputs.tensor, none));
  }

  override extraRepr(): string {
    const { inputSize, hiddenSize, numLayers, timeMajor, dropout } = this;
    const more = [
      numLayers !== 1 && `num_layers=${numLayers}`,
      timeMajor && 'time_major=True',
      dropout !== 0 && `dropout=${dropout}`,
    ].filter(Boolean);
    return [inputSize, hiddenSize, ...more].join(', ');
  }
}

const attributesOf = ({
  weightIhAttr,
  weightHhAttr,
  biasIhAttr,
  biasHhAttr,
}: Partial<RNNArguments>) => ({ weightIhAttr, weightHhAttr, biasIhAttr, biasHhAttr });

/** Layers of `SimpleRNNCell`s. */
export class SimpleRNN extends RNNBase {
  protected override readonly stateParts = 1;

  constructor(...args: Arguments<RNNArguments, typeof simpleOrder>) {
    const given = byName<RNNArguments>('SimpleRNN', simpleOrder, args, sizeNames);
    const activation = given.activation ?? 'tanh';
    const options = { activation, ...attributesOf(given) };
    super(given, (size) => new SimpleRNNCell(size, given.hiddenSize as number, options));
  }
}

/**
 * Layers of `LSTMCell`s.
 * @example const [outputs, [h, c]] = new nn.LSTM(32, 64, { direction: 'bidirect' }).call(x);
 */
export class LSTM extends RNNBase {
  protected override readonly stateParts = 2;

  constructor(...args: Arguments<RNNArguments, typeof lstmOrder>) {
    const given = byName<RNNArguments>('LSTM', lstmOrder, args, sizeNames);
    const options = { projSize: given.projSize, ...attributesOf(given) };
    super(given, (size) => new LSTMCell(size, given.hiddenSize as number, options));
  }
}

/** Layers of `GRUCell`s. */
export class GRU extends RNNBase {
  protected override readonly stateParts = 1;

  constructor(...args: Arguments<RNNArguments, typeof gruOrder>) {
    const given = byName<RNNArguments>('GRU', gruOrder, args, sizeNames);
    super(given, (size) => new GRUCell(size, given.hiddenSize as number, attributesOf(given)));
  }
}
