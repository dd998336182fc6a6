import {
  anything,
  boolean,
  choice,
  integer,
  list,
  nullable,
  number,
  omitted,
  withOptions,
} from '../config/index.ts';
import { log } from '../expr/math.ts';
import { fromData, mul } from '../ops/index.ts';
import { type DType, type Tensor, ValueError } from '../tensor/index.ts';
import { encodeCategories, encodedShape } from './encode-categories.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';

/** A word of a vocabulary. */
export type Token = string | number;

/** Options of layers that give tokens numbers. */
export const lookupOptions = {
  /** Whether to go back, from numbers to tokens. */
  invert: boolean(false),
  /** Largest vocabulary, special tokens included. */
  maxTokens: nullable(integer(1, { min: 1 })),
  /** How many numbers unknown tokens get. */
  numOovIndices: integer(1, { min: 0 }),
  outputMode: choice(['int', 'one_hot', 'multi_hot', 'count', 'tf_idf'], 'int'),
  sparse: boolean(false),
  /** Whether encoded vectors always have `maxTokens` elements. */
  padToMaxTokens: boolean(false),
  idfWeights: nullable(list(number(0), [])),
  vocabularySize: omitted(nullable(integer(0))),
  oovMethod: choice(['floormod', 'farmhash'], 'floormod'),
  salt: nullable(anything<unknown>(null)),
};

/** The base of layers that give tokens numbers: a mask token's 0, unknown tokens' numbers, then the vocabulary. */
export abstract class Lookup extends withOptions(Layer, lookupOptions) {
  abstract maskToken: Token | null;
  abstract oovToken: Token;
  abstract vocabulary: readonly Token[] | null;
  #numbers: Map<Token, number> | null = null;
  #counts: Map<Token, { total: number; documents: number }> = new Map();
  #documents = 0;

  protected override prepareInputs(inputs: unknown): never {
    return inputs as never;
  }

  /** Index of the first token of the vocabulary. */
  get #offset(): number {
    return (this.#hasMask ? 1 : 0) + this.numOovIndices;
  }

  get #hasMask(): boolean {
    return this.maskToken !== null && this.outputMode === 'int';
  }

  /** All tokens in the order of their numbers. */
  getVocabulary(includeSpecialTokens = true): Token[] {
    const own = this.vocabulary ?? [];
    if (!includeSpecialTokens) return [...own];
    const unknown = new Array<Token>(this.numOovIndices).fill(this.oovToken);
    return [...(this.#hasMask ? [this.maskToken as Token] : []), ...unknown, ...own];
  }

  /** How many tokens there are, special ones included. */
  vocabularyLength(): number {
    return this.getVocabulary().length;
  }

  /** Sets the tokens, in the order of their numbers; leading special tokens may be among them. */
  setVocabulary(tokens: readonly Token[], idfWeights: readonly number[] | null = null): void {
    const special = this.getVocabulary().slice(0, this.#offset);
    const given = special.length > 0 && special.every((token, i) => tokens[i] === token);
    const own = given ? tokens.slice(special.length) : [...tokens];
    const repeated = own.find((token, i) => own.indexOf(token) !== i);
    if (repeated !== undefined) {
      throw new ValueError(`${this.name}: the vocabulary holds '${repeated}' twice`);
    }
    if (this.maxTokens !== null && own.length + this.#offset > this.maxTokens) {
      throw new ValueError(
        `${this.name}: a vocabulary of ${own.length} tokens is larger than maxTokens ${this.maxTokens} allows`,
      );
    }
    this.vocabulary = own;
    this.idfWeights = idfWeights;
    this.#numbers = null;
  }

  /** Learns the vocabulary from tokens: the most frequent first. Further calls start anew. */
  adapt(data: unknown): void {
    this.#counts = new Map();
    this.#documents = 0;
    this.updateState(data);
    this.finalizeState();
  }

  /** Counts a batch of tokens. */
  updateState(data: unknown): void {
    const documents = Array.isArray(data) && Array.isArray(data[0]) ? data : [data];
    for (const document of documents as unknown[]) {
      this.#documents++;
      const seen = new Set<Token>();
      for (const token of this.tokensOf(document)) {
        const count = this.#counts.get(token) ?? { total: 0, documents: 0 };
        this.#counts.set(token, count);
        count.total++;
        if (!seen.has(token)) count.documents++;
        seen.add(token);
      }
    }
  }

  /** Makes the vocabulary of what was counted. */
  finalizeState(): void {
    const special: (Token | null)[] = [this.maskToken, this.oovToken];
    const found = [...this.#counts].filter(([token]) => !special.includes(token));
    // Of tokens that are equally frequent the later in the alphabet comes first, as in Keras.
    found.sort(([a, x], [b, y]) => y.total - x.total || (a < b ? 1 : -1));
    const room = this.maxTokens === null ? found.length : this.maxTokens - this.#offset;
    const kept = found.slice(0, Math.max(0, room));
    const weights = kept.map(([, { documents }]) => inverseFrequency(documents, this.#documents));
    this.setVocabulary(
      kept.map(([token]) => token),
      this.outputMode === 'tf_idf' ? weights : null,
    );
  }

  /** The tokens of nested arrays, in order. */
  protected tokensOf(data: unknown): Token[] {
    return Array.isArray(data) ? data.flatMap((part) => this.tokensOf(part)) : [data as Token];
  }

  /** The number of a token. */
  protected numberOf(token: Token): number {
    if (!this.#numbers) {
      this.#numbers = new Map((this.vocabulary ?? []).map((t, i) => [t, i + this.#offset]));
      if (this.#hasMask) this.#numbers.set(this.maskToken as Token, 0);
    }
    const known = this.#numbers.get(token);
    if (known !== undefined) return known;
    if (!this.#hasMask && token === this.maskToken) return -1;
    if (this.numOovIndices === 0) {
      throw new ValueError(
        `${this.name}: '${token}' is not in the vocabulary, and numOovIndices is 0`,
      );
    }
    const bucket = this.numOovIndices === 1 ? 0 : this.bucketOf(token, this.numOovIndices);
    return (this.#hasMask ? 1 : 0) + bucket;
  }

  /** Which of several numbers an unknown token gets. */
  protected abstract bucketOf(token: Token, buckets: number): number;

  /** Numbers of tokens as the output mode wants them. */
  protected encode(tokens: readonly Token[], shape: readonly number[]): Tensor {
    const numbers = Int32Array.from(tokens, (token) => this.numberOf(token));
    const indices = fromData(numbers, shape);
    if (this.outputMode === 'int') return indices;
    const depth = this.#depth;
    const dtype = this.outputDtype();
    const encoded = encodeCategories(this.name, indices, this.outputMode, depth, dtype);
    return this.outputMode === 'tf_idf' ? mul(encoded, this.#inverseFrequencies(depth)) : encoded;
  }

  get #depth(): number {
    if (this.padToMaxTokens && this.maxTokens !== null) return this.maxTokens;
    return this.vocabularyLength();
  }

  /** The weights of all tokens; unknown ones count as the mean of the known. */
  #inverseFrequencies(depth: number): number[] {
    const own = this.idfWeights;
    if (!own) throw new ValueError(`${this.name}: tf_idf needs idfWeights, or adapt(data)`);
    const mean = own.reduce((a, b) => a + b, 0) / Math.max(1, own.length);
    const all = [...new Array<number>(this.numOovIndices).fill(mean), ...own];
    return [...all, ...new Array<number>(depth - all.length).fill(0)];
  }

  protected override outputDtype(): DType {
    return this.outputMode === 'tf_idf' ? this.computeDtype : 'int32';
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return encodedShape(inputShape, this.outputMode, this.#depth);
  }

  override getConfig() {
    return { ...super.getConfig(), vocabularySize: this.vocabularyLength() };
  }
}

/** The weight of a token that so many of all documents hold, as Keras counts it. */
const inverseFrequency = (documents: number, all: number): number =>
  Math.fround(log(1 + all / (1 + documents)));

/** Nested arrays of tokens as one list with their shape. */
export function flattenTokens(name: string, data: unknown): { tokens: Token[]; shape: number[] } {
  if (!Array.isArray(data)) return { tokens: [data as Token], shape: [] };
  const parts = data.map((part) => flattenTokens(name, part));
  const inner = parts[0]?.shape ?? [];
  if (parts.some(({ shape }) => shape.join() !== inner.join())) {
    throw new ValueError(`${name}: rows of tokens must have one length`);
  }
  return { tokens: parts.flatMap(({ tokens }) => tokens), shape: [data.length, ...inner] };
}
