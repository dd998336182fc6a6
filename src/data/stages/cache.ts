import { Tensor } from '../../tensor/index.ts';
import { leavesOf, type Structure, withLeaves } from '../element.ts';
import { arrayLeaf, type HostLeaf, toHost } from '../leaf.ts';
import { isWait, type Pass, type Steps, settled } from '../steps.ts';

/** Keeps the elements of the first complete pass, as arrays on the host, for all later ones. */
export function cached(open: (pass: Pass) => Steps): (pass: Pass) => Steps {
  let kept: readonly Structure<HostLeaf>[] | null = null;
  return function* (pass) {
    if (kept) {
      for (const structure of kept) yield { structure, scope: null };
      return;
    }
    const list: Structure<HostLeaf>[] = [];
    for (const step of open(pass)) {
      if (isWait(step)) {
        yield step;
        continue;
      }
      const leaves: HostLeaf[] = [];
      for (const leaf of leavesOf(step.structure)) {
        const isSparse = !(leaf instanceof Tensor) && leaf.sparse !== undefined;
        leaves.push(isSparse ? leaf : arrayLeaf('cache', yield* settled(toHost(leaf))));
      }
      list.push(withLeaves(step.structure, leaves));
      yield step;
    }
    kept = list;
  };
}
