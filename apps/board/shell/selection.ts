import { computed, signal } from '@preact/signals';
import type { RunSummary } from 'gradus/board/series';
import { runList } from './data.ts';
import { seriesColor } from './theme.ts';

/** Runs are shown whose names match, and which were not switched off one by one. */
export const runPattern = signal('');
export const hiddenRuns = signal<ReadonlySet<string>>(new Set());

/** A pattern as a regular expression; null where it is none. */
export function readPattern(text: string): RegExp | null {
  try {
    return new RegExp(text, 'i');
  } catch {
    return null;
  }
}

export const allRuns = computed<readonly RunSummary[]>(() => runList.value?.runs ?? []);
/** Runs whose names match the pattern. */
export const listedRuns = computed(() => {
  const pattern = readPattern(runPattern.value);
  return pattern ? allRuns.value.filter(({ name }) => pattern.test(name)) : allRuns.value;
});
/** Runs that are shown. */
export const shownRuns = computed(() =>
  listedRuns.value.filter(({ name }) => !hiddenRuns.value.has(name)),
);

const places = new Map<string, number>();

/** A run's place among all that were seen: its colour stays when others come and go. */
export function placeOf(run: string): number {
  let place = places.get(run);
  if (place === undefined) {
    place = places.size;
    places.set(run, place);
  }
  return place;
}

export const colorOf = (run: string): string => seriesColor(placeOf(run));

/** Run and tag of all values of a kind in the runs that are shown. */
export function shownTags(kind: string): { run: string; tag: string }[] {
  return shownRuns.value.flatMap(({ name, tags }) =>
    (tags[kind] ?? []).map((tag) => ({ run: name, tag })),
  );
}
