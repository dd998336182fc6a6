import { dropItems, type Item, isWait, type Steps } from '../steps.ts';
import { randomIntegers } from './order.ts';

/** Elements in random order, each chosen among the `size` that wait in a buffer. */
export function* shuffled(source: Steps, size: number, key: Int32Array): Steps {
  const choose = randomIntegers(key);
  const buffer: Item[] = [];
  try {
    for (const step of source) {
      if (isWait(step)) {
        yield step;
        continue;
      }
      if (buffer.length < size) {
        buffer.push(step);
        continue;
      }
      const at = choose(size);
      const chosen = buffer[at];
      buffer[at] = step;
      yield chosen;
    }
    while (buffer.length > 0) {
      const at = choose(buffer.length);
      const chosen = buffer[at];
      buffer[at] = buffer[buffer.length - 1];
      buffer.pop();
      yield chosen;
    }
  } finally {
    dropItems(buffer);
  }
}
