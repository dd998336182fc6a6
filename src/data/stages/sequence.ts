import { Scope, Tensor } from '../../tensor/index.ts';
import { leavesOf } from '../element.ts';
import { dropItems, type Item, isWait, type Steps } from '../steps.ts';

/** The first `count` elements. */
export function* taken(source: Steps, count: number): Steps {
  let left = count;
  if (left <= 0) return;
  for (const step of source) {
    yield step;
    if (!isWait(step) && --left === 0) return;
  }
}

/** All but the first `count` elements. */
export function* skipped(source: Steps, count: number): Steps {
  let left = count;
  for (const step of source) {
    if (isWait(step) || left === 0) {
      yield step;
      continue;
    }
    left--;
    step.scope?.end();
  }
}

/** Passes one after the other. A pass without elements ends an endless repetition, which would never return. */
export function* repeated(open: (pass: number) => Steps, count: number): Steps {
  for (let pass = 0; pass < count; pass++) {
    let any = false;
    for (const step of open(pass)) {
      any ||= !isWait(step);
      yield step;
    }
    if (!any) return;
  }
}

/** One element of the elements of several data sets, as long as all have one. */
export function* zipped(
  sources: readonly Steps[],
  join: (parts: readonly Item['structure'][]) => Item['structure'],
): Steps {
  try {
    for (;;) {
      const items: Item[] = [];
      for (const source of sources) {
        const item = yield* nextItem(source);
        if (!item) {
          dropItems(items);
          return;
        }
        items.push(item);
      }
      yield { structure: join(items.map(({ structure }) => structure)), scope: commonScope(items) };
    }
  } finally {
    for (const source of sources) source.return();
  }
}

function* nextItem(source: Steps): Generator<Promise<unknown>, Item | null, void> {
  for (;;) {
    const { done, value } = source.next();
    if (done) return null;
    if (!isWait(value)) return value;
    yield value;
  }
}

/** A scope that owns the tensors of all parts; what else was made for a part is freed. */
function commonScope(items: readonly Item[]): Scope {
  const common = new Scope();
  for (const { structure, scope } of items) {
    for (const leaf of leavesOf(structure)) {
      if (scope && leaf instanceof Tensor && leaf.storage.scope === scope)
        common.adopt(leaf.storage);
    }
    scope?.end();
  }
  return common;
}
