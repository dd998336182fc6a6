import { factory, list, nullable, text, withOptions } from '../config/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import { farmHash64 } from './farm-hash.ts';
import { flattenTokens, Lookup, type Token } from './lookup.ts';

/**
 * Strings as their places in a vocabulary, or back. Strings are JavaScript arrays, as there are no tensors of strings.
 * @example stringLookup({ vocabulary: ['cat', 'dog'] }).call([['dog', 'bird']]) // [[2, 0]]
 */
export class StringLookup extends withOptions(
  Lookup,
  {
    oovToken: text('[UNK]'),
    /** A string that stands for nothing and gets 0; null for none. */
    maskToken: nullable(text('')),
    /** The strings, in order; null until `adapt`. */
    vocabulary: nullable(list(text(''), [])),
    encoding: text('utf-8'),
  },
  ['maxTokens', 'numOovIndices'],
) {
  static override readonly className = 'StringLookup';

  /** Numbers of nested arrays of strings. */
  override call(inputs: unknown): Tensor {
    if (this.invert) {
      throw new ValueError(`${this.name}: strings are no tensors; go back with lookUp(numbers)`);
    }
    const { tokens, shape } = flattenTokens(this.name, inputs);
    return this.encode(tokens, shape);
  }

  /** The strings of numbers, with `invert`. */
  lookUp(numbers: readonly number[]): string[] {
    const tokens = this.getVocabulary() as string[];
    return numbers.map((i) => tokens[i] ?? (this.oovToken as string));
  }

  protected override bucketOf(token: Token, buckets: number): number {
    const hash = farmHash64(new TextEncoder().encode(String(token)));
    return Number(hash % BigInt(buckets));
  }
}

/** Makes a {@link StringLookup}. */
export const stringLookup = factory(StringLookup);
