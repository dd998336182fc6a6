import type { LogGraph } from '../../formats/tfevents-graph.ts';
import type { HparamValue } from '../../formats/tfevents-hparams.ts';
import { hparamTags } from '../../formats/tfevents-hparams.ts';
import { ValueError } from '../../tensor/index.ts';
import {
  chooseExtremes,
  encodePacket,
  type HparamRun,
  pick,
  type Series,
  type SeriesAxis,
  sliceSeries,
  smooth,
} from '../series/index.ts';
import type { StoredKind } from './log-file.ts';
import type { LogIndex } from './log-index.ts';
import { type Embedding, readEmbedding, thinned } from './projector.ts';

/** What is asked for, as texts of an address. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Points of a curve that a page gets at most. */
const MOST_CURVE_POINTS = 20_000;
const MOST_VALUES = 200;
const MOST_GRAPH_NODES = 20_000;

function text(query: Query, name: string): string {
  const value = query[name];
  if (typeof value !== 'string') throw new ValueError(`${name}: needs one value`);
  return value;
}

function number(query: Query, name: string, usual: number, least: number, most: number): number {
  if (query[name] === undefined || query[name] === '') return usual;
  const value = Number(text(query, name));
  if (value >= least && value <= most) return value;
  throw new ValueError(`${name}: needs a number from ${least} to ${most}`);
}

function oneOf<T extends string>(query: Query, name: string, allowed: readonly T[]): T {
  const value = (query[name] ?? allowed[0]) as T;
  if (allowed.includes(value)) return value;
  throw new ValueError(`${name}: must be one of ${allowed.join(', ')}`);
}

/** Runs that were asked for; all that have the tag where none was named. */
function runsOf(index: LogIndex, query: Query, tag: string): readonly string[] {
  const all = index.runsWith(tag);
  if (query.run === undefined) return all;
  const wanted = new Set([query.run].flat());
  return all.filter((run) => wanted.has(run));
}

/** The curves of a tag, thinned out for a screen: steps, times, values and smoothed values of each run. */
export function scalars(index: LogIndex, query: Query): Uint8Array {
  const tag = text(query, 'tag');
  const points = Math.floor(number(query, 'points', 1000, 4, MOST_CURVE_POINTS));
  const weight = number(query, 'smoothing', 0, 0, 0.9999);
  const axis = oneOf<SeriesAxis>(query, 'axis', ['step', 'wall', 'relative']);
  const from = number(query, 'from', Number.NEGATIVE_INFINITY, -Infinity, Infinity);
  const to = number(query, 'to', Number.POSITIVE_INFINITY, -Infinity, Infinity);
  const json: { run: string; total: number; begin: number }[] = [];
  const arrays: Float64Array[] = [];
  for (const run of runsOf(index, query, tag)) {
    const whole = index.series(run, tag);
    if (!whole) continue;
    const smoothed = weight > 0 ? smooth(whole.values, weight) : whole.values;
    const zoomed = from > Number.NEGATIVE_INFINITY || to < Number.POSITIVE_INFINITY;
    const part = zoomed ? sliceSeries(whole, axis, from, to) : whole;
    const offset = zoomed ? offsetIn(whole, part) : 0;
    const chosen = chooseExtremes(part.values, points);
    json.push({ run, total: whole.steps.length, begin: whole.wallTimes[0] });
    arrays.push(pick(part.steps, chosen), pick(part.wallTimes, chosen), pick(part.values, chosen));
    arrays.push(Float64Array.from(chosen, (i) => smoothed[i + offset]));
  }
  return encodePacket({ json, arrays });
}

const offsetIn = (whole: Series, part: Series): number =>
  (part.steps.byteOffset - whole.steps.byteOffset) / Float64Array.BYTES_PER_ELEMENT;

const quoted = (value: string): string =>
  /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

/** The curves of a tag as CSV, every point. */
export function* csv(index: LogIndex, query: Query): Generator<string> {
  const tag = text(query, 'tag');
  const runs = runsOf(index, query, tag);
  yield 'run,tag,step,wall_time,value\r\n';
  for (const run of runs) {
    const series = index.series(run, tag);
    if (!series) continue;
    const head = `${quoted(run)},${quoted(tag)}`;
    let lines: string[] = [];
    for (let i = 0; i < series.steps.length; i++) {
      lines.push(`${head},${series.steps[i]},${series.wallTimes[i]},${series.values[i]}\r\n`);
      if (lines.length === 5000) {
        yield lines.join('');
        lines = [];
      }
    }
    yield lines.join('');
  }
}

const jsonKinds = ['histogram', 'text', 'curve', 'image', 'samples', 'audio'] as const;

/** Values of a tag as JSON; pictures and sounds as their number alone. */
export async function values(index: LogIndex, query: Query): Promise<unknown> {
  const kind = oneOf<(typeof jsonKinds)[number]>(query, 'kind', jsonKinds);
  const limit = Math.floor(number(query, 'limit', 50, 1, MOST_VALUES));
  const found = await index.values(kind, text(query, 'run'), text(query, 'tag'), limit);
  return {
    total: index.count(kind, text(query, 'run'), text(query, 'tag')),
    values: found.map(({ step, wallTime, index: at, value }) => ({
      step,
      wallTime,
      index: at,
      ...('images' in value ? { ...value, images: value.images.length } : value),
      ...('sound' in value ? { sound: value.sound.length } : {}),
    })),
  };
}

/** Formats that a browser shows as a picture and does not run. */
const pictureTypes: readonly (readonly [type: string, ...first: number[]])[] = [
  ['image/png', 0x89, 0x50, 0x4e, 0x47],
  ['image/jpeg', 0xff, 0xd8, 0xff],
  ['image/gif', 0x47, 0x49, 0x46, 0x38],
  ['image/webp', 0x52, 0x49, 0x46, 0x46],
  ['image/bmp', 0x42, 0x4d],
];

/** A picture of a tag, and its type; null where there is none that a browser shows. */
export async function image(
  index: LogIndex,
  query: Query,
): Promise<{ type: string; bytes: Uint8Array } | null> {
  const kind = oneOf<StoredKind>(query, 'kind', ['image', 'samples']);
  const at = number(query, 'index', 0, 0, 1e9);
  const n = number(query, 'n', 0, 0, 1e9);
  const found = await index.value(kind, text(query, 'run'), text(query, 'tag'), at);
  if (!found || !('images' in found.value)) return null;
  const bytes = found.value.images[n];
  const type = pictureTypes.find(([, ...first]) => first.every((byte, i) => bytes?.[i] === byte));
  return bytes && type ? { type: type[0], bytes } : null;
}

/** The graph of a run; null where it has none. */
export async function graph(index: LogIndex, query: Query): Promise<LogGraph | null> {
  const run = text(query, 'run');
  const count = index.count('graph', run, '');
  const found = count ? await index.value('graph', run, '', count - 1) : null;
  if (found?.value.kind !== 'graph') return null;
  return { nodes: found.value.graph.nodes.slice(0, MOST_GRAPH_NODES) };
}

/** Hyperparameters of all runs, and the last values of their metrics. */
export async function hparams(index: LogIndex): Promise<{ sessions: HparamRun[] }> {
  const runs = index.runs();
  const names = new Set<string>();
  const starts: { run: string; hparams: Readonly<Record<string, HparamValue>> }[] = [];
  for (const { name, tags } of runs) {
    for (const tag of tags.hparams ?? []) {
      const last = index.count('hparams', name, tag) - 1;
      const value = (await index.value('hparams', name, tag, last))?.value;
      if (value?.kind !== 'hparams') continue;
      if (value.hparams.part === 'experiment') {
        for (const metric of value.hparams.metrics) names.add(metric);
      } else if (tag === hparamTags.start && value.hparams.part === 'start') {
        starts.push({ run: name, hparams: value.hparams.values });
      }
    }
  }
  const lastOf = (run: string, tag: string): number | undefined =>
    index.series(run, tag)?.values.at(-1);
  return {
    sessions: starts.map(({ run, hparams }) => {
      // A metric may be in a run below: TensorBoard's own examples write it so.
      const near = [run, ...runs.map(({ name }) => name).filter((n) => n.startsWith(`${run}/`))];
      const metrics = [...names].flatMap((tag) => {
        const value = near.map((n) => lastOf(n, tag)).find((x) => x !== undefined);
        return value === undefined ? [] : [[tag, value] as const];
      });
      return { run, hparams, metrics: Object.fromEntries(metrics) };
    }),
  };
}

/** The points of an embedding with their labels; null where there is none. */
export async function embedding(index: LogIndex, query: Query): Promise<Uint8Array | null> {
  const run = text(query, 'run');
  const tag = text(query, 'tag');
  const found = await findEmbedding(index, run, tag);
  if (!found) return null;
  const { values: points, ...json } = found;
  return encodePacket({ json, arrays: [points] });
}

async function findEmbedding(index: LogIndex, run: string, tag: string): Promise<Embedding | null> {
  const entry = index.projector(run, tag);
  if (entry) return readEmbedding(index.root, index.folderOf(run), entry);
  const last = index.count('embedding', run, tag) - 1;
  const value = last < 0 ? null : (await index.value('embedding', run, tag, last))?.value;
  if (value?.kind !== 'embedding') return null;
  const columns = value.vectors[0]?.length ?? 0;
  const rows = value.vectors.length;
  const table = { rows, columns, values: Float64Array.from(value.vectors.flat()) };
  return thinned(
    table,
    ['label'],
    value.labels.map((label) => [label]),
  );
}
