import { runInScope, Scope, Tensor } from '../../tensor/index.ts';
import { ArraySource } from '../array-source.ts';
import { leavesOf, structureOf, withLeaves } from '../element.ts';
import { leafOf, rowsLeaf, toHost } from '../leaf.ts';
import { matchPreprocessing, type PreprocessingOf, preprocessRows } from '../preprocess.ts';
import { isWait, materialize, type Steps, settled } from '../steps.ts';

/** Elements as a user's function makes them. */
export function* mapped(source: Steps, f: (element: never) => unknown): Steps {
  for (const step of source) {
    if (isWait(step)) {
      yield step;
      continue;
    }
    const scope = step.scope ?? new Scope();
    try {
      const element = materialize(step, scope) as never;
      const made = yield* settled(runInScope(scope, () => f(element)));
      const structure = runInScope(scope, () => structureOf('map', made, leafOf, { lists: true }));
      yield { structure, scope };
    } catch (error) {
      scope.end();
      throw error;
    }
  }
}

/** Elements for which a user's function gives true, or a tensor that is not 0. */
export function* filtered(source: Steps, keeps: (element: never) => unknown): Steps {
  for (const step of source) {
    if (isWait(step)) {
      yield step;
      continue;
    }
    // Tensors for the question only: what is kept goes on as it came.
    const scope = new Scope();
    let kept: unknown;
    try {
      const element = materialize(step, scope) as never;
      const answer = yield* settled(runInScope(scope, () => keeps(element)));
      kept = answer instanceof Tensor ? (yield* settled(toHost(answer))).data[0] : answer;
    } finally {
      scope.end();
    }
    if (kept) yield step;
    else step.scope?.end();
  }
}

/** Elements whose arrays are preprocessed one by one, where they are no rows of arrays any more. */
export function* preprocessed(source: Steps, given: PreprocessingOf): Steps {
  for (const step of source) {
    if (isWait(step)) {
      yield step;
      continue;
    }
    const { structure, scope } = step;
    const wanted = matchPreprocessing(structure, given);
    const leaves = leavesOf(structure);
    for (const [i, what] of wanted.entries()) {
      if (!what) continue;
      const { data, dtype, shape } = yield* settled(toHost(leaves[i]));
      const one = ArraySource.fromArray('preprocess', { data, dtype, shape: [1, ...shape] });
      leaves[i] = rowsLeaf(preprocessRows(one, what), null, 0, null);
    }
    yield { structure: withLeaves(structure, leaves), scope };
  }
}
