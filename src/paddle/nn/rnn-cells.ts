import { dense, matmul, relu, sigmoid, split, tanh, zeros } from '../../ops/index.ts';
import { type Tensor as CoreTensor, ValueError } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';
import type { Parameter } from '../parameter.ts';
import { type Tensor, wrap } from '../tensor.ts';
import { Constant } from './initializer/constants.ts';
import { Uniform } from './initializer/random.ts';
import { Layer } from './layer.ts';
import type { ParamAttrLike } from './param-attr.ts';

/** The state of a cell: a tensor [batch, hidden], or one for each part. */
export type CellState = Tensor | readonly Tensor[];

/** Arguments of the cells. */
export interface CellArguments {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** 'tanh' (the default) or 'relu'. */
  readonly activation: string;
  readonly weightIhAttr: ParamAttrLike;
  readonly weightHhAttr: ParamAttrLike;
  readonly biasIhAttr: ParamAttrLike;
  readonly biasHhAttr: ParamAttrLike;
  /** Size of the state that is passed on; that of the cell by default. */
  readonly projSize: number;
  readonly name: string;
}

/** Names of the attributes that cells and networks have. */
export const attributeNames = ['weightIhAttr', 'weightHhAttr', 'biasIhAttr', 'biasHhAttr'] as const;
/** Names of the sizes that they must be given. */
export const sizeNames = ['inputSize', 'hiddenSize'] as const;
const gruOrder = [...sizeNames, ...attributeNames, 'name'] as const;
const lstmOrder = [...sizeNames, ...attributeNames, 'projSize', 'name'] as const;
const simpleOrder = [...sizeNames, 'activation', ...attributeNames, 'name'] as const;

/** One step of a recurrent network: `forward(inputs [batch, in], states)` gives `[outputs, states]`. */
export abstract class RNNCellBase extends Layer {
  abstract readonly inputSize: number;
  abstract readonly hiddenSize: number;

  abstract override forward(inputs: Tensor, states?: CellState | null): [Tensor, CellState];

  /** Shapes of the state's parts, without the batch: one shape, or a list of them. */
  abstract get stateShape(): readonly number[] | readonly (readonly number[])[];

  /** A state of `initValue` for a batch like `batchRef`. */
  getInitialStates(batchRef: Tensor, initValue = 0, batchDimIdx = 0): CellState {
    const batch = batchRef.shape[batchDimIdx];
    const make = (shape: readonly number[]): Tensor => {
      const state = zeros([batch, ...shape], { dtype: batchRef.dtype });
      return wrap(initValue === 0 ? state : state.add(initValue));
    };
    const shapes = this.stateShape;
    return Array.isArray(shapes[0])
      ? (shapes as readonly (readonly number[])[]).map(make)
      : make(shapes as readonly number[]);
  }
}

/** The cells of Paddle: weights [gates x hidden, in] and [gates x hidden, hidden], a bias for each. */
abstract class GatedCell extends RNNCellBase {
  readonly inputSize: number;
  readonly hiddenSize: number;
  weight_ih: Parameter;
  weight_hh: Parameter;
  bias_ih: Parameter;
  bias_hh: Parameter;

  constructor(gates: number, given: Partial<CellArguments>) {
    super();
    const { inputSize, hiddenSize, projSize } = given as CellArguments;
    if (!(hiddenSize > 0)) {
      throw new ValueError(
        `${new.target.name}: hiddenSize must be greater than 0, received ${hiddenSize}`,
      );
    }
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    const limit = 1 / Math.sqrt(hiddenSize);
    const make = (shape: readonly number[], attr: ParamAttrLike | undefined, isBias: boolean) => {
      if (attr !== false) {
        const defaultInitializer = new Uniform(-limit, limit);
        return this.createParameter(shape, { attr, isBias, defaultInitializer }) as Parameter;
      }
      // Paddle keeps what is switched off as a constant.
      const fixed = this.createParameter(shape, {
        isBias,
        defaultInitializer: new Constant(isBias ? 0 : 1),
      });
      fixed.trainable = false;
      return fixed;
    };
    const rows = gates * hiddenSize;
    this.weight_ih = make([rows, inputSize], given.weightIhAttr, false);
    this.weight_hh = make([rows, projSize || hiddenSize], given.weightHhAttr, false);
    this.bias_ih = make([rows], given.biasIhAttr, true);
    this.bias_hh = make([rows], given.biasHhAttr, true);
  }

  /** What comes from the inputs, and what from the state: [batch, gates x hidden]. */
  protected gatesOf(inputs: CoreTensor, state: CoreTensor): [CoreTensor, CoreTensor] {
    const { weight_ih: wi, weight_hh: wh, bias_ih: bi, bias_hh: bh } = this;
    return [
      dense(inputs, wi.tensor.transpose(), bi.tensor),
      dense(state, wh.tensor.transpose(), bh.tensor),
    ];
  }

  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}`;
  }
}

/** `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`. */
export class SimpleRNNCell extends GatedCell {
  readonly activation: string;

  constructor(...args: Arguments<CellArguments, typeof simpleOrder>) {
    const given = byName<CellArguments>('SimpleRNNCell', simpleOrder, args, sizeNames);
    super(1, given);
    this.activation = given.activation ?? 'tanh';
    if (this.activation !== 'tanh' && this.activation !== 'relu') {
      throw new ValueError(
        `SimpleRNNCell: activation must be 'tanh' or 'relu', received '${this.activation}'`,
      );
    }
  }

  override forward(inputs: Tensor, states: CellState | null = null): [Tensor, CellState] {
    const state = (states ?? this.getInitialStates(inputs)) as Tensor;
    const [x, h] = this.gatesOf(inputs.tensor, state.tensor);
    const next = wrap(this.activation === 'relu' ? relu(x.add(h)) : tanh(x.add(h)));
    return [next, next];
  }

  override get stateShape(): readonly number[] {
    return [this.hiddenSize];
  }
}

/** Long short-term memory: input, forget, cell and output gates; the state is `[h, c]`. */
export class LSTMCell extends GatedCell {
  readonly projSize: number;
  declare weight_ho?: Parameter;

  constructor(...args: Arguments<CellArguments, typeof lstmOrder>) {
    const given = byName<CellArguments>('LSTMCell', lstmOrder, args, sizeNames);
    super(4, given);
    this.projSize = given.projSize ?? 0;
    if (this.projSize < 0 || this.projSize >= this.hiddenSize) {
      throw new ValueError(
        `LSTMCell: projSize must lie in [0, ${this.hiddenSize}), received ${this.projSize}`,
      );
    }
    if (this.projSize === 0) return;
    const limit = 1 / Math.sqrt(this.hiddenSize);
    this.weight_ho = this.createParameter([this.hiddenSize, this.projSize], {
      attr: given.weightHhAttr,
      defaultInitializer: new Uniform(-limit, limit),
    }) as Parameter;
  }

  override forward(inputs: Tensor, states: CellState | null = null): [Tensor, CellState] {
    const [h, c] = (states ?? this.getInitialStates(inputs)) as readonly Tensor[];
    const [fromInput, fromState] = this.gatesOf(inputs.tensor, h.tensor);
    const [i, f, g, o] = split(fromInput.add(fromState), 4, -1);
    const cell = sigmoid(f)
      .mul(c.tensor)
      .add(sigmoid(i).mul(tanh(g)));
    let hidden = sigmoid(o).mul(tanh(cell));
    if (this.weight_ho) hidden = matmul(hidden, this.weight_ho.tensor);
    const next = wrap(hidden);
    return [next, [next, wrap(cell)]];
  }

  override get stateShape(): readonly (readonly number[])[] {
    return [[this.projSize || this.hiddenSize], [this.hiddenSize]];
  }
}

/** Gated recurrent unit: reset, update and candidate gates. */
export class GRUCell extends GatedCell {
  constructor(...args: Arguments<CellArguments, typeof gruOrder>) {
    super(3, byName<CellArguments>('GRUCell', gruOrder, args, sizeNames));
  }

  override forward(inputs: Tensor, states: CellState | null = null): [Tensor, CellState] {
    const state = (states ?? this.getInitialStates(inputs)) as Tensor;
    const [fromInput, fromState] = this.gatesOf(inputs.tensor, state.tensor);
    const [xr, xz, xc] = split(fromInput, 3, -1);
    const [hr, hz, hc] = split(fromState, 3, -1);
    const z = sigmoid(xz.add(hz));
    const c = tanh(xc.add(sigmoid(xr.add(hr)).mul(hc)));
    const next = wrap(state.tensor.sub(c).mul(z).add(c));
    return [next, next];
  }

  override get stateShape(): readonly number[] {
    return [this.hiddenSize];
  }
}
