import {
  badOption,
  factory,
  nullable,
  option,
  parseChoice,
  serialize,
  withOptions,
} from '../config/index.ts';
import { add, concat, flip, mul } from '../ops/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import { layerOption } from './deserialize.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import type { AnyTensor, CallOptions, Layer } from './layer.ts';
import { Recurrent } from './recurrent.ts';
import { Wrapper } from './wrapper.ts';

type MergeMode = 'concat' | 'sum' | 'mul' | 'ave';

const mergeMode = option<MergeMode | null, MergeMode | null>(
  (input, where) =>
    input === null ? null : parseChoice<MergeMode>(['concat', 'sum', 'mul', 'ave'])(input, where),
  'concat',
);

const Base = withOptions(
  Wrapper,
  {
    /** How the outputs of the two directions become one; null for both in a list. */
    mergeMode,
    /** The layer that goes backwards; a copy of the other by default. */
    backwardLayer: nullable({ ...layerOption(), required: false as const, initial: undefined }),
  },
  ['layer', 'mergeMode'],
);

/**
 * A recurrent layer in both directions of the sequence.
 * @example bidirectional(lstm(32))
 */
export class Bidirectional extends Base {
  static override readonly className = 'Bidirectional';
  override supportsMasking = true;
  readonly forwardLayer: Recurrent;
  declare backwardLayer: Recurrent;

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    const own = this.layer;
    if (!(own instanceof Recurrent))
      throw badOption(`${this.name}: layer`, 'a recurrent layer', own);
    const plain = own.name.replace(/^forward_/, '');
    this.forwardLayer = copied(own, { name: `forward_${plain}` });
    this.backwardLayer ??= copied(own, {
      name: `backward_${plain}`,
      goBackwards: !own.goBackwards,
    });
    const { forwardLayer: forward, backwardLayer: backward } = this;
    if (forward.goBackwards === backward.goBackwards) {
      throw new ValueError(`${this.name}: the two layers must go in different directions`);
    }
    for (const name of ['returnSequences', 'returnState', 'stateful'] as const) {
      if (forward[name] !== backward[name]) {
        throw new ValueError(`${this.name}: the two layers must have the same ${name}`);
      }
    }
    this.layer = this.forwardLayer;
  }

  override sublayers(): Layer[] {
    return [this.forwardLayer, this.backwardLayer];
  }

  override build(inputShape: SymbolicShape): void {
    this.forwardLayer.build(inputShape);
    this.backwardLayer.build(inputShape);
  }

  override apply<T extends AnyTensor>(
    inputs: T | readonly T[],
    options: CallOptions = {},
  ): T & readonly T[] {
    if (!Array.isArray(inputs)) return super.apply(inputs as T, options) as T & readonly T[];
    const [sequence, ...initialState] = inputs as readonly T[];
    const states = initialState.length ? { initialState } : {};
    return super.apply(sequence, { ...options, ...states }) as T & readonly T[];
  }

  override call(x: Tensor, { initialState, mask, training }: CallOptions): unknown {
    const half = (i: number): Tensor[] | undefined => {
      const states = initialState as Tensor[] | undefined;
      return states?.slice((i * states.length) / 2, ((i + 1) * states.length) / 2);
    };
    const run = (layer: Recurrent, i: number): readonly Tensor[] => {
      const given = half(i);
      const result = layer.apply(x, { mask, training, ...(given && { initialState: given }) });
      return Array.isArray(result) ? result : [result];
    };
    const [there, ...thereStates] = run(this.forwardLayer, 0);
    const [back, ...backStates] = run(this.backwardLayer, 1);
    const aligned = this.forwardLayer.returnSequences ? flip(back, 1) : back;
    const merged = this.#merge(there, aligned);
    const states = this.forwardLayer.returnState ? [...thereStates, ...backStates] : [];
    return Array.isArray(merged) || states.length ? [merged, states].flat() : merged;
  }

  #merge(a: Tensor, b: Tensor): Tensor | readonly Tensor[] {
    switch (this.mergeMode) {
      case 'concat':
        return concat([a, b], -1);
      case 'sum':
        return add(a, b);
      case 'ave':
        return add(a, b).div(2);
      case 'mul':
        return mul(a, b);
      case null:
        return [a, b];
    }
  }

  override computeMask(
    _x: Tensor,
    mask: NonNullable<CallOptions['mask']> | null,
  ): Tensor | null | readonly (Tensor | null)[] {
    if (!this.forwardLayer.returnSequences) return null;
    return this.mergeMode === null ? [mask as Tensor | null, mask as Tensor | null] : mask;
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape | readonly SymbolicShape[] {
    const list = (layer: Recurrent): readonly SymbolicShape[] => {
      const shape = layer.computeOutputShape(inputShape);
      return layer.returnState ? (shape as readonly SymbolicShape[]) : [shape as SymbolicShape];
    };
    const [there, ...thereStates] = list(this.forwardLayer);
    const [back, ...backStates] = list(this.backwardLayer);
    const states = [...thereStates, ...backStates];
    if (this.mergeMode === null) return [there, back, ...states];
    const width = there.at(-1) as number;
    const merged =
      this.mergeMode === 'concat' ? there.with(-1, width + (back.at(-1) as number)) : there;
    return states.length ? [merged, ...states] : merged;
  }

  override getConfig() {
    return {
      ...super.getConfig(),
      layer: serialize(this.forwardLayer),
      backwardLayer: serialize(this.backwardLayer),
    };
  }
}

/** Makes a {@link Bidirectional}. */
export const bidirectional = factory(Bidirectional);

/** A layer with the same options but for some. */
function copied(layer: Recurrent, changes: Record<string, unknown>): Recurrent {
  const Class = layer.constructor as unknown as { fromConfig(config: object): Recurrent };
  return Class.fromConfig({ ...layer.getConfig(), ...changes });
}
