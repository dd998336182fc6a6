import { ValueError } from '../../tensor/index.ts';
import { structureOf } from '../element.ts';
import { leafOf } from '../leaf.ts';
import { isPromise, type Steps, settled } from '../steps.ts';

/** What a generator function gives: anything to loop over, with or without `await`. */
export type Generated<T> = Iterable<T> | AsyncIterable<T> | Iterator<T> | AsyncIterator<T>;

/** Elements that a user's generator makes. */
export function* generated(make: () => Generated<unknown>): Steps {
  const iterator = iteratorOf(make());
  let ended = false;
  try {
    for (let i = 0; ; i++) {
      const next = yield* settled(iterator.next());
      if (next.done) {
        ended = true;
        return;
      }
      const op = `fromGenerator: element ${i}`;
      yield { structure: structureOf(op, next.value, leafOf, { lists: true }), scope: null };
    }
  } finally {
    const closed = ended ? undefined : iterator.return?.();
    if (isPromise(closed)) Promise.resolve(closed).catch(() => undefined); // the loop is over
  }
}

function iteratorOf(made: Generated<unknown>): Iterator<unknown> | AsyncIterator<unknown> {
  if (typeof made === 'object' && made !== null) {
    if (Symbol.asyncIterator in made) return made[Symbol.asyncIterator]();
    if (Symbol.iterator in made) return made[Symbol.iterator]();
    if (typeof made.next === 'function') return made;
  }
  throw new ValueError('fromGenerator: the function must give something to loop over');
}
