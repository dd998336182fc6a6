import { factory, integer, list, nullable, text, withOptions } from '../config/index.ts';
import { asTensor, fromData } from '../ops/index.ts';
import { type NestedArray, Tensor, ValueError } from '../tensor/index.ts';
import { Lookup, type Token } from './lookup.ts';

/** Whole numbers as their places in a vocabulary: far-apart numbers become 0, 1, 2, …; or back. */
export class IntegerLookup extends withOptions(
  Lookup,
  {
    oovToken: integer(-1),
    /** A number that stands for nothing and gets 0; null for none. */
    maskToken: nullable(integer(0)),
    vocabularyDtype: text('int64'),
    /** The numbers, in order; null until `adapt`. */
    vocabulary: nullable(list(integer(0), [])),
  },
  ['maxTokens', 'numOovIndices'],
) {
  static override readonly className = 'IntegerLookup';

  override call(inputs: Tensor | NestedArray): Tensor {
    const x = inputs instanceof Tensor ? inputs : asTensor(this.name, inputs);
    const numbers = [...x.dataSync()];
    if (!this.invert) return this.encode(numbers, x.shape);
    const tokens = this.getVocabulary() as number[];
    const values = numbers.map((i) => tokens[i] ?? (this.oovToken as number));
    return fromData(Int32Array.from(values), x.shape);
  }

  override adapt(data: Tensor | NestedArray): void {
    super.adapt(data instanceof Tensor ? data.toArray() : data);
  }

  protected override bucketOf(token: Token, buckets: number): number {
    if (typeof token !== 'number') throw new ValueError(`${this.name}: '${token}' is no number`);
    return ((token % buckets) + buckets) % buckets;
  }
}

/** Makes an {@link IntegerLookup}. */
export const integerLookup = factory(IntegerLookup);
