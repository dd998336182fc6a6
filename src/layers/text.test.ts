import { describe, expect, test } from 'vitest';
import '../backends/index.ts';
import { tensor } from '../ops/index.ts';
import * as layers from './index.ts';

describe('StringLookup', () => {
  test('gives strings numbers and goes back', () => {
    const layer = layers.stringLookup({ vocabulary: ['cat', 'dog'] });
    expect(layer.call([['dog', 'bird', 'cat']]).toArray()).toEqual([[2, 0, 1]]);
    expect(layer.lookUp([2, 0])).toEqual(['dog', '[UNK]']);
  });

  test('learns the most frequent first', () => {
    const layer = layers.stringLookup({ maxTokens: 3 });
    layer.adapt(['a', 'b', 'b', 'c', 'c', 'c']);
    expect(layer.getVocabulary()).toEqual(['[UNK]', 'c', 'b']);
  });

  // Made with Keras 3.15.1.
  test('spreads unknown strings over several places as Keras does', () => {
    const layer = layers.stringLookup({ vocabulary: ['a', 'b'], numOovIndices: 3, maskToken: '' });
    const words = ['cat', '', 'x', 'hello world', 'ünïcode', 'q'.repeat(65), 'b'];
    expect(layer.call(words).toArray()).toEqual([3, 0, 3, 1, 2, 2, 5]);
    const withoutMask = layers.stringLookup({ vocabulary: ['a', 'b'], numOovIndices: 5 });
    expect(withoutMask.call(words).toArray()).toEqual([1, 3, 0, 1, 4, 3, 6]);
  });

  test('refuses strings that occur twice and vocabularies that are too large', () => {
    expect(() => layers.stringLookup().setVocabulary(['a', 'a'])).toThrow("holds 'a' twice");
    expect(() => layers.stringLookup(2).setVocabulary(['a', 'b'])).toThrow(
      'than maxTokens 2 allows',
    );
  });

  test('weighs by how rare words are', () => {
    const layer = layers.stringLookup({ outputMode: 'tf_idf' });
    layer.adapt([
      ['a', 'b'],
      ['a', 'c'],
    ]);
    const [row] = layer.call([['a', 'a', 'b']]).toArray() as number[][];
    const numbers = layer.getVocabulary();
    expect(row[numbers.indexOf('a')]).toBeCloseTo(2 * Math.log(1 + 2 / 3), 5);
    expect(row[numbers.indexOf('b')]).toBeCloseTo(Math.log(2), 5);
  });
});

describe('IntegerLookup', () => {
  test('spreads unknown numbers over several places', () => {
    const layer = layers.integerLookup({ vocabulary: [10], numOovIndices: 2 });
    expect(layer.apply([10, 4, 7]).toArray()).toEqual([2, 0, 1]);
  });

  test('learns from data', () => {
    const layer = layers.integerLookup({ maskToken: 0 });
    layer.adapt([5, 5, 9, 0]);
    expect(layer.getVocabulary()).toEqual([0, -1, 5, 9]);
  });
});

describe('TextVectorization', () => {
  test('cleans, splits, pads and cuts', () => {
    const layer = layers.textVectorization({ vocabulary: ['the', 'cat'], outputSequenceLength: 3 });
    const numbers = layer.call(['The CAT!', 'a cat, the cat']);
    expect(numbers.toArray()).toEqual([
      [2, 3, 0],
      [1, 3, 2],
    ]);
    expect(layer.getVocabulary()).toEqual(['', '[UNK]', 'the', 'cat']);
  });

  test('counts words and pairs of words', () => {
    const layer = layers.textVectorization({ outputMode: 'count', ngrams: 2 });
    layer.adapt(['a b a b']);
    expect(layer.getVocabulary()).toEqual(['[UNK]', 'b', 'a b', 'a', 'b a']);
    expect(layer.call(['a b b']).toArray()).toEqual([[1, 2, 1, 1, 0]]);
  });

  test('takes steps in user code', () => {
    const layer = layers.textVectorization({
      standardize: (text: string) => text.replaceAll('-', ' '),
      split: (text: string) => text.split(' '),
      vocabulary: ['x'],
    });
    expect(layer.call(['x-y-x']).toArray()).toEqual([[2, 1, 2]]);
  });
});

test('Discretization learns bins of equal size', () => {
  const layer = layers.discretization({ numBins: 4 });
  layer.adapt([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(layer.binBoundaries).toEqual([3, 5, 7]);
  expect(layer.apply(tensor([0, 3, 6, 20])).toArray()).toEqual([0, 1, 2, 3]);
});
