import { signal } from '@preact/signals';
import {
  dataAddress,
  decodePacket,
  type Packet,
  type RunList,
  type StaticData,
} from 'gradus/board/series';
import { serverLanguage } from './settings.ts';
import type { Language } from './texts.ts';

declare global {
  interface Window {
    /** The data of an exported page. */
    gradusBoardData?: StaticData;
  }
}

const exported = window.gradusBoardData ?? null;
/** Whether the page was exported and has no server. */
export const isExported = exported !== null;

export const runList = signal<RunList | null>(null);
/** How often each run has changed since the page was opened. */
export const versions = signal<ReadonlyMap<string, number>>(new Map());
export const connection = signal<'live' | 'lost'>('live');

/** An answer of the server that is JSON; null where it has none. */
export async function fetchJson<T>(address: string): Promise<T | null> {
  if (exported) return (exported.json[address] as T | undefined) ?? null;
  const response = await fetch(`./${address}`);
  return response.ok ? ((await response.json()) as T) : null;
}

/** An answer that holds numbers; null where there is none. */
export async function fetchPacket<T>(address: string): Promise<Packet<T> | null> {
  if (exported) {
    const text = exported.packets[address];
    if (text === undefined) return null;
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    return decodePacket<T>(bytes.buffer);
  }
  const response = await fetch(`./${address}`);
  return response.ok ? decodePacket<T>(await response.arrayBuffer()) : null;
}

/** Where a picture is. */
export const imageAddress = (address: string): string =>
  exported ? `./${exported.images[address] ?? ''}` : `./${address}`;

async function loadRuns(): Promise<void> {
  const list = await fetchJson<RunList>(dataAddress('runs')).catch(() => null);
  if (!list) return;
  runList.value = list;
  if (list.lang === 'en' || list.lang === 'zh-CN') serverLanguage.value = list.lang as Language;
  if (list.loading) setTimeout(loadRuns, 1000);
}

function noteChanges(runs: readonly string[]): void {
  const next = new Map(versions.value);
  for (const run of runs) next.set(run, (next.get(run) ?? 0) + 1);
  versions.value = next;
}

/** Loads the list of runs and keeps it up to date. */
export function startLoading(): void {
  void loadRuns();
  if (exported) return;
  const source = new EventSource('./api/updates');
  source.onopen = () => {
    // What happened while there was no connection is not known: everything may have changed.
    if (connection.value === 'lost') {
      noteChanges((runList.value?.runs ?? []).map(({ name }) => name));
      void loadRuns();
    }
    connection.value = 'live';
  };
  source.onerror = () => {
    connection.value = 'lost';
  };
  source.onmessage = ({ data }) => {
    const { runs } = JSON.parse(data as string) as { runs: string[] };
    noteChanges(runs);
    void loadRuns();
  };
}
