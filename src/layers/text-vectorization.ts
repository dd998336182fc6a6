import {
  anything,
  badOption,
  boolean,
  choice,
  factory,
  integer,
  list,
  nullable,
  number,
  omitted,
  option,
  text,
  withOptions,
} from '../config/index.ts';
import { fromData } from '../ops/index.ts';
import type { DType, Tensor } from '../tensor/index.ts';
import { encodedShape } from './encode-categories.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import { type StringLookup, stringLookup } from './string-lookup.ts';

const standardizations = {
  lower_and_strip_punctuation: (s: string) => s.toLowerCase().replace(punctuation, ''),
  lower: (s: string) => s.toLowerCase(),
  strip_punctuation: (s: string) => s.replace(punctuation, ''),
};
const punctuation = /[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~']/g;

const splits = {
  whitespace: (s: string) => s.split(/\s+/).filter((word) => word !== ''),
  character: (s: string) => [...s],
};

/** A step by name or as a function; null for none. */
function step<F>(names: readonly string[], initial: string) {
  const named = choice(names, initial as never);
  return option(
    (input: string | F | null, where: string): string | F | null => {
      if (input === null || typeof input === 'function') return input;
      if (typeof input !== 'string') throw badOption(where, 'a name or a function', input);
      return named.parse(input as never, where);
    },
    initial as string | F | null,
  );
}

/** Orders of words that are counted as words: a number means all up to it. */
const ngrams = nullable(
  option(
    (input: number | readonly number[]) =>
      typeof input === 'number' ? Array.from({ length: input }, (_, i) => i + 1) : input,
    1 as number | readonly number[],
  ),
);

const Base = withOptions(
  Layer,
  {
    /** Largest vocabulary, special tokens included. */
    maxTokens: nullable(integer(1, { min: 1 })),
    standardize: step<(s: string) => string>(
      Object.keys(standardizations),
      'lower_and_strip_punctuation',
    ),
    split: step<(s: string) => string[]>(Object.keys(splits), 'whitespace'),
    ngrams,
    outputMode: choice(['int', 'multi_hot', 'count', 'tf_idf'], 'int'),
    /** Words of each text: longer ones are cut, shorter ones padded with 0. */
    outputSequenceLength: nullable(integer(1, { min: 1 })),
    padToMaxTokens: boolean(false),
    sparse: boolean(false),
    ragged: boolean(false),
    vocabulary: nullable(list(text(''), [])),
    idfWeights: nullable(list(number(0), [])),
    encoding: text('utf-8'),
    vocabularySize: omitted(nullable(anything<unknown>(null))),
  },
  ['maxTokens'],
);

/**
 * Texts as numbers of words: lower case without punctuation, split at spaces, looked up in a vocabulary that is given or
 * learned by `adapt`. Texts are JavaScript arrays of strings.
 */
export class TextVectorization extends Base {
  static override readonly className = 'TextVectorization';
  readonly #lookup: StringLookup;

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    const { maxTokens, outputMode, padToMaxTokens } = this;
    this.#lookup = stringLookup({
      maxTokens,
      outputMode,
      padToMaxTokens,
      maskToken: '',
      name: `${this.name}_lookup`,
    });
    if (this.vocabulary) this.setVocabulary(this.vocabulary, this.idfWeights);
  }

  protected override prepareInputs(inputs: unknown): never {
    return inputs as never;
  }

  /** The words of a text. */
  tokenize(given: string): string[] {
    const clean =
      typeof this.standardize === 'function'
        ? this.standardize(given)
        : this.standardize
          ? standardizations[this.standardize as keyof typeof standardizations](given)
          : given;
    const words =
      typeof this.split === 'function'
        ? this.split(clean)
        : this.split
          ? splits[this.split as keyof typeof splits](clean)
          : [clean];
    if (!this.ngrams) return words;
    return this.ngrams.flatMap((n) =>
      Array.from({ length: Math.max(0, words.length - n + 1) }, (_, i) =>
        words.slice(i, i + n).join(' '),
      ),
    );
  }

  /** Learns the vocabulary of these texts: the most frequent words first. */
  adapt(texts: readonly string[] | readonly (readonly string[])[]): void {
    this.#lookup.adapt(texts.flat().map((one) => this.tokenize(one)));
    this.vocabulary = this.#lookup.getVocabulary(false) as string[];
    this.idfWeights = this.#lookup.idfWeights;
  }

  /** All words in the order of their numbers. */
  getVocabulary(includeSpecialTokens = true): string[] {
    return this.#lookup.getVocabulary(includeSpecialTokens) as string[];
  }

  /** Sets the words, in the order of their numbers. */
  setVocabulary(words: readonly string[], idfWeights: readonly number[] | null = null): void {
    this.#lookup.setVocabulary(words, idfWeights);
    this.vocabulary = this.#lookup.getVocabulary(false) as string[];
    this.idfWeights = idfWeights;
  }

  /** Numbers of the words of texts: [texts, words], or one vector for each text in the other output modes. */
  override call(inputs: unknown): Tensor {
    const texts = (Array.isArray(inputs) ? inputs.flat() : [inputs]) as string[];
    const words = texts.map((one) => this.tokenize(one));
    const longest = Math.max(0, ...words.map((list) => list.length));
    const width = this.outputMode === 'int' ? (this.outputSequenceLength ?? longest) : longest;
    // The empty word stands for nothing: padding, 0 in mode 'int'.
    const rows = words.map((list) => Array.from({ length: width }, (_, i) => list[i] ?? ''));
    if (rows.length === 0) return fromData(new Int32Array(0), [0, width]);
    return this.#lookup.call(rows);
  }

  protected override outputDtype(): DType {
    return this.outputMode === 'tf_idf' ? this.computeDtype : 'int32';
  }

  override computeOutputShape([batch]: SymbolicShape): SymbolicShape {
    if (this.outputMode === 'int') return [batch, this.outputSequenceLength];
    return encodedShape([batch, null], this.outputMode, this.#lookup.vocabularyLength());
  }

  override getConfig() {
    return { ...super.getConfig(), vocabularySize: this.#lookup.vocabularyLength() };
  }
}

/** Makes a {@link TextVectorization}. */
export const textVectorization = factory(TextVectorization);
