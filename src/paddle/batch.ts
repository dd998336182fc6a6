import { ValueError } from '../tensor/index.ts';
import { define } from './signature.ts';

/**
 * A reader of batches from a reader of samples; both are functions that give something to loop over. The last batch has the
 * rest, unless `dropLast` leaves it out.
 * @example
 * const reader = paddle.batch(() => samples, 100);
 * for (const batch of reader()) console.log(batch.length);
 */
export const batch = define(
  'batch',
  ['reader', 'batchSize'],
  ['dropLast'],
  (
    reader: () => Iterable<unknown>,
    batchSize: number,
    dropLast = false,
  ): (() => Generator<unknown[]>) => {
    if (!Number.isInteger(batchSize) || batchSize <= 0) {
      throw new ValueError(`batch: batchSize must be a whole number > 0, received ${batchSize}`);
    }
    return function* () {
      let samples: unknown[] = [];
      for (const sample of reader()) {
        samples.push(sample);
        if (samples.length < batchSize) continue;
        yield samples;
        samples = [];
      }
      if (samples.length > 0 && !dropLast) yield samples;
    };
  },
);
