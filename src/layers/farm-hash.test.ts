import { expect, test } from 'vitest';
import { farmHash64 } from './farm-hash.ts';

/** `tf.strings.to_hash_bucket_fast(text, 2 ** 62)` of TensorFlow 2.21: one text for each branch of the function. */
const known: readonly [string, bigint][] = [
  ['', 1936946117179621455n],
  ['cat', 1283407398697799384n],
  ['x', 107802420385376258n],
  ['ünïcode', 2515522191464527954n],
  ['hello world', 1769834696496558107n],
  ['0123456789abcdef', 1493332391325024359n],
  ['0123456789abcdefg', 2800675501336285770n],
  ['q'.repeat(32), 1941001213046687809n],
  ['q'.repeat(33), 337133943010535267n],
  ['a somewhat longer sentence of words', 3442163421128149649n],
  ['q'.repeat(64), 3227602484106814583n],
  ['q'.repeat(65), 3080958293828885289n],
  [`${'w'.repeat(100)}z`, 865001008525734424n],
  ['v'.repeat(200), 3418923557503646492n],
];

test.each(known)('farmHash64 of %j', (text, hash) => {
  const bytes = new TextEncoder().encode(text);
  expect(farmHash64(bytes) % 2n ** 62n).toBe(hash);
});
