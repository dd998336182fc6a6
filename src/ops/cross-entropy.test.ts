import { expect, test } from 'vitest';
import { random, tensor } from '../index.ts';
import { sparseSoftmaxCrossEntropyWithLogits } from './index.ts';

test('labels of 64 bits give what short ones give, and what is no class counts as none', () => {
  const logits = random.normal([6, 3], { seed: 1 });
  const short = sparseSoftmaxCrossEntropyWithLogits([0, 2, 1, 1, -1, 3], logits);
  const long = tensor([0, 2, 1, 1, -(2 ** 40), 2 ** 32], { dtype: 'int64' });
  expect(sparseSoftmaxCrossEntropyWithLogits(long, logits).toArray()).toEqual(short.toArray());
  expect((short.toArray() as number[]).slice(4)).toEqual([0, 0]);
});
