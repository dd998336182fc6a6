import { loadSet, type SetName } from '../data-sets.ts';

/** Loads the data sets of all lessons, which the browser keeps from then on; gives the names of those that the server lacks. */
export async function* keepData(): AsyncGenerator<{ share: number; missing: readonly SetName[] }> {
  const names: readonly SetName[] = ['mnist', 'fashion-mnist'];
  const missing: SetName[] = [];
  for (const [i, name] of names.entries()) {
    try {
      await loadSet(name);
    } catch {
      missing.push(name);
    }
    yield { share: (i + 1) / names.length, missing: [...missing] };
  }
}
