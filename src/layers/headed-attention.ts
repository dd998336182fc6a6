import {
  anything,
  boolean,
  type Config,
  integer,
  nullable,
  number,
  omitted,
  withOptions,
} from '../config/index.ts';
import { cast, expandDims } from '../ops/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import { allOf, causalMask, windowMask } from './attention-mask.ts';
import { EinsumDense } from './einsum-dense.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { type AnyTensor, type CallOptions, Layer } from './layer.ts';
import { constraint, initializer, regularizer, seed } from './layer-options.ts';

/** Options that the attention layers with heads share. */
export const headedOptions = {
  /** Share of the attention that is dropped in training. */
  dropout: number(0, { min: 0, max: 1 }),
  useBias: boolean(true),
  /**
   * Whether what the heads found is multiplied by a sigmoid of the query before the last projection.
   * Qiu et al. 2025, https://arxiv.org/abs/2505.06708
   */
  useGate: boolean(false),
  /** Each step sees only those less than so many steps away, on both sides. */
  slidingWindow: nullable(integer(1, { min: 1 })),
  flashAttention: omitted(nullable(anything<unknown>(null))),
  kernelInitializer: initializer('glorotUniform'),
  biasInitializer: initializer('zeros'),
  kernelRegularizer: regularizer(),
  biasRegularizer: regularizer(),
  activityRegularizer: regularizer(),
  kernelConstraint: constraint(),
  biasConstraint: constraint(),
  seed: seed(),
};

/**
 * The base of the attention layers with heads: `apply([query, value])`, `apply([query, value, key])` or
 * `apply(query, { value, key })`.
 */
export abstract class HeadedAttention extends withOptions(Layer, headedOptions) {
  static override readonly separateInputs = true;
  override supportsMasking = true;
  queryDense!: EinsumDense;
  keyDense!: EinsumDense;
  gateDense: EinsumDense | null = null;
  valueDense!: EinsumDense;
  outputDense!: EinsumDense;

  override apply<T extends AnyTensor>(
    inputs: T | readonly T[],
    { value, key, ...options }: CallOptions = {},
  ): T & readonly T[] {
    const list = Array.isArray(inputs) ? inputs : [inputs, value, key].filter((x) => x);
    return super.apply(list as T[], options) as T & readonly T[];
  }

  override build(inputShape: readonly SymbolicShape[]): void {
    if (!Array.isArray(inputShape[0]) || inputShape.length < 2) {
      throw new ValueError(`${this.name}: must be called on [query, value] or [query, value, key]`);
    }
    const [query, value, key = value] = inputShape;
    if (value.slice(1, -1).join() !== key.slice(1, -1).join()) {
      throw new ValueError(
        `${this.name}: value and key must have the same steps, received shapes [${value}] and [${key}]`,
      );
    }
    this.project(query, value, key);
  }

  /** Makes the four projections for inputs of these shapes. */
  protected abstract project(query: SymbolicShape, value: SymbolicShape, key: SymbolicShape): void;

  /** Makes one projection and its weights. */
  protected projection(
    name: string,
    equation: string,
    outputShape: readonly (number | null)[],
    biasAxes: string,
    inputShape: SymbolicShape,
    activation: 'sigmoid' | null = null,
  ): EinsumDense {
    const layer = new EinsumDense({
      name,
      equation,
      outputShape,
      biasAxes: this.useBias ? biasAxes : null,
      activation,
      dtype: this.dtype,
      kernelInitializer: this.kernelInitializer,
      biasInitializer: this.biasInitializer,
      kernelRegularizer: this.kernelRegularizer,
      biasRegularizer: this.biasRegularizer,
      activityRegularizer: this.activityRegularizer,
      kernelConstraint: this.kernelConstraint,
      biasConstraint: this.biasConstraint,
    });
    layer.build(inputShape);
    return layer;
  }

  /** The result of heads that found `found` for the query. */
  protected combined(found: Tensor, query: Tensor): Tensor {
    const { gateDense, outputDense } = this;
    return outputDense.apply(gateDense ? found.mul(gateDense.apply(query)) : found);
  }

  /**
   * What each step of the query may see: [batch or 1, query, key], or null for everything. A mask of the query rules out
   * nothing: masked steps get a result that nobody looks at.
   */
  protected visible(inputs: readonly Tensor[], options: CallOptions): Tensor | null {
    const masks = (Array.isArray(options.mask) ? options.mask : []) as (Tensor | null)[];
    const own = (name: string, i: number): Tensor | null =>
      (options[name] as Tensor | null | undefined) ?? masks[i] ?? null;
    const [query, value] = inputs;
    const valueMask = own('valueMask', 1);
    const keyMask = own('keyMask', 2);
    const rows = (mask: Tensor | null): Tensor | null => mask && expandDims(cast(mask, 'bool'), -2);
    return allOf(
      rows(valueMask),
      rows(keyMask),
      options.useCausalMask ? causalMask(query.shape[1], value.shape[1]) : null,
      this.slidingWindow === null
        ? null
        : windowMask(query.shape[1], value.shape[1], this.slidingWindow),
      options.attentionMask as Tensor | null | undefined,
    );
  }

  /** Keras passes the shapes of its separate arguments by name. */
  override getBuildConfig(): Config | null {
    const [query, value, key] = (this.buildShape ?? []) as readonly SymbolicShape[];
    const named = { query_shape: query, value_shape: value, ...(key && { key_shape: key }) };
    return this.buildShape && { shapesDict: named };
  }

  override buildFromConfig(config: Config): void {
    const shapes = (config.shapesDict ?? config.shapes_dict) as
      | Readonly<Record<string, SymbolicShape>>
      | undefined;
    if (shapes) {
      const list = [shapes.query_shape, shapes.value_shape, shapes.key_shape];
      this.build(list.filter((shape) => shape));
    } else super.buildFromConfig(config);
  }

  override computeMask(
    _inputs: unknown,
    mask: NonNullable<CallOptions['mask']> | null,
  ): Tensor | null {
    return Array.isArray(mask) ? (mask[0] ?? null) : null;
  }
}
