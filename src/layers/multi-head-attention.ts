import {
  factory,
  integer,
  nullable,
  option,
  requiredInteger,
  withOptions,
} from '../config/index.ts';
import { dropout, einsum } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { widened } from './attention-mask.ts';
import { HeadedAttention } from './headed-attention.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import type { CallOptions } from './layer.ts';
import { SeedGenerator } from './seed-generator.ts';
import { softmax as softmaxLayer } from './softmax.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz';
const numbers = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

const list = () =>
  nullable(
    option(
      (input: number | readonly number[]): readonly number[] =>
        typeof input === 'number' ? [input] : input,
      [] as number | readonly number[],
    ),
  );

const Base = withOptions(
  HeadedAttention,
  {
    /** How many heads attend at once. */
    numHeads: requiredInteger(),
    /** Size of each head for query and key. */
    keyDim: requiredInteger(),
    /** Size of each head for values; `keyDim` by default. */
    valueDim: nullable(integer(1, { min: 1 })),
    /** Size of the result; that of the query by default. */
    outputShape: list(),
    /** Axes that are attended over; all but batch, heads and features by default. */
    attentionAxes: list(),
  },
  ['numHeads', 'keyDim'],
);

/**
 * Attention with several heads, each with projections of its own. Vaswani et al. 2017,
 * https://arxiv.org/abs/1706.03762
 * @example multiHeadAttention(8, 64).apply([x, x])
 */
export class MultiHeadAttention extends Base {
  static override readonly className = 'MultiHeadAttention';
  readonly #seeds = new SeedGenerator(this.seed);
  #equations = { scores: '', combine: '' };
  #axes: readonly number[] = [];

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    this.valueDim ??= this.keyDim;
  }

  protected override project(query: SymbolicShape, value: SymbolicShape, key: SymbolicShape): void {
    const { numHeads, keyDim } = this;
    const valueDim = this.valueDim as number;
    const split = (name: string, shape: SymbolicShape, size: number, activation?: 'sigmoid') => {
      const { equation, biasAxes } = projectionEquation(shape.length - 1, 1, 2);
      const sizes = [...shape.slice(1, -1).map(() => null), numHeads, size];
      return this.projection(name, equation, sizes, biasAxes, shape, activation);
    };
    this.queryDense = split('query', query, keyDim);
    this.keyDense = split('key', key, keyDim);
    if (this.useGate) this.gateDense = split('gate', query, valueDim, 'sigmoid');
    this.valueDense = split('value', value, valueDim);
    const sizes = this.outputShape ?? [query.at(-1) as number];
    const { equation, biasAxes } = projectionEquation(query.length - 1, 2, sizes.length);
    this.outputDense = this.projection(
      'attention_output',
      equation,
      [...query.slice(1, -1).map(() => null), ...sizes],
      biasAxes,
      [...query.slice(0, -1), numHeads, valueDim],
    );
    const rank = query.length + 1;
    this.#axes =
      this.attentionAxes?.map((axis) => (axis < 0 ? axis + rank - 1 : axis)) ??
      numbers(1, rank - 2);
    this.#equations = attentionEquations(rank, this.#axes);
  }

  override call(inputs: readonly Tensor[], options: CallOptions): unknown {
    const [query, value, key = value] = inputs;
    const q = this.queryDense.apply(query).mul(1 / Math.sqrt(this.keyDim));
    const k = this.keyDense.apply(key);
    const v = this.valueDense.apply(value);
    const scores = einsum(this.#equations.scores, k, q);
    const visible = this.visible(inputs, options);
    const count = this.#axes.length;
    const mask = visible && widened(visible, scores.rank, 2 * count);
    const weights = softmaxLayer(numbers(scores.rank - count, scores.rank)).call(scores, { mask });
    const used =
      options.training && this.dropout > 0
        ? dropout(weights, this.dropout, { seed: this.#seeds.next() })
        : weights;
    const result = this.combined(einsum(this.#equations.combine, used, v), query);
    return options.returnAttentionScores ? [result, weights] : result;
  }

  override computeOutputShape(
    [query, value]: readonly SymbolicShape[],
    { returnAttentionScores }: CallOptions = {},
  ): SymbolicShape | readonly SymbolicShape[] {
    const sizes = this.outputShape ?? [query.at(-1) as number];
    const output = [...query.slice(0, -1), ...sizes];
    if (!returnAttentionScores) return output;
    const axes = this.attentionAxes ?? numbers(1, query.length - 1);
    const free = numbers(0, query.length - 1).filter((axis) => !axes.includes(axis));
    return [
      output,
      [
        ...free.map((axis) => query[axis]),
        this.numHeads,
        ...axes.map((axis) => query[axis]),
        ...axes.map((axis) => value[axis]),
      ],
    ];
  }
}

/** Makes a {@link MultiHeadAttention}. */
export const multiHeadAttention = factory(MultiHeadAttention);

/** Input with `free` axes kept and `bound` summed over, to those and `out` new ones. */
function projectionEquation(
  free: number,
  bound: number,
  out: number,
): { equation: string; biasAxes: string } {
  const kept = letters.slice(0, free);
  const summed = letters.slice(free, free + bound);
  const made = letters.slice(free + bound, free + bound + out);
  return { equation: `${kept}${summed},${summed}${made}->${kept}${made}`, biasAxes: made };
}

/** Equations of the scores and of the weighted values for projections of that rank, with heads and features last. */
function attentionEquations(
  rank: number,
  axes: readonly number[],
): { scores: string; combine: string } {
  const target = letters.slice(0, rank);
  let next = rank;
  const source = numbers(0, rank)
    .map((axis) => (axes.includes(axis) ? letters[next++] : target[axis]))
    .join('');
  const batch = numbers(0, rank - 1).filter((axis) => !axes.includes(axis));
  const product = [
    ...batch.map((axis) => target[axis]),
    ...axes.map((axis) => target[axis]),
    ...axes.map((axis) => source[axis]),
  ].join('');
  return { scores: `${source},${target}->${product}`, combine: `${product},${source}->${target}` };
}
