import { type CatalogEntry, hub } from '../hub/index.ts';
import type { Outcome } from './command.ts';
import { grouped, paint, print } from './terminal.ts';

interface Sources {
  readonly mirror?: string;
}

/** Lists the models. */
export async function listModels(sources: Sources): Promise<Outcome> {
  const entries = await hub.list(sources);
  const rows = entries.map((entry) => [
    entry.name,
    entry.title,
    sizeOf(entry),
    percent(entry.accuracy?.top1),
    entry.licence,
    placeOf(entry),
  ]);
  printTable(['name', 'network', 'size', 'top 1', 'licence', 'comes from'], rows);
  return { result: { models: entries.map(factsOf) } };
}

/** Shows all that is known of a model. */
export async function showModel(name: string, sources: Sources): Promise<Outcome> {
  const entry = await hub.find(name, sources);
  const { input, accuracy, aliases = [] } = entry;
  const lines: [string, string][] = [
    ['name', [entry.name, ...aliases].join(', ')],
    [
      'network',
      `${entry.title}${entry.parameters ? `, ${grouped(entry.parameters)} parameters` : ''}`,
    ],
    ['task', `${entry.task}, ${grouped(entry.classes)} classes`],
    ['input', `${input.height} x ${input.width} x ${input.channels}`],
    ['preprocessing', entry.preprocessing.map((step) => JSON.stringify(step)).join('\n')],
    ['features', entry.featuresLayer],
    ['size', sizeOf(entry)],
    ['comes from', placeOf(entry)],
    ['licence', entry.licence],
    ['origin', entry.origin],
  ];
  if (accuracy) {
    const top5 = accuracy.top5 === undefined ? '' : `, top 5 ${percent(accuracy.top5)}`;
    lines.push(['accuracy', `top 1 ${percent(accuracy.top1)}${top5} on ${accuracy.on}`]);
  }
  for (const [what, text] of lines) {
    const [first, ...rest] = text.split('\n');
    print(`${what.padEnd(14)} ${first}`);
    for (const line of rest) print(`${' '.repeat(15)}${line}`);
  }
  return { result: factsOf(entry) };
}

/** Fetches the files of models. */
export async function fetchModels(names: readonly string[], sources: Sources): Promise<Outcome> {
  const fetched: Record<string, string[]> = {};
  for (const name of names) {
    const bar = progress();
    fetched[name] = await hub.fetch(name, { ...sources, onProgress: bar.show });
    bar.end();
    print(`${name}: ${fetched[name].join(', ') || 'is in the package'}`);
  }
  return { result: { fetched } };
}

/** Compares files in the cache with their sums. */
export async function verifyModels(names: readonly string[], sources: Sources): Promise<Outcome> {
  const wanted = names.length ? names : (await hub.list(sources)).map(({ name }) => name);
  const files: { model: string; key: string; right: boolean | null }[] = [];
  for (const model of wanted) {
    for (const { key, right } of await hub.verify(model, sources)) {
      files.push({ model, key, right });
      const state = right === null ? 'not fetched' : right ? 'right' : 'wrong, removed';
      print(`${key}: ${paint(right === false ? 'red' : 'grey', state)}`);
    }
  }
  const failed = files.some(({ right }) => right === false);
  return { result: { files }, failed };
}

/** What programs are told of a model. */
const factsOf = ({ network: _, preprocessing, ...entry }: CatalogEntry) => ({
  ...entry,
  preprocessing,
});

const percent = (share: number | undefined): string =>
  share === undefined ? '' : `${(100 * share).toFixed(1)} %`;

function sizeOf({ weights: [file] }: CatalogEntry): string {
  return file?.size === undefined ? '' : `${(file.size / 1e6).toFixed(1)} MB`;
}

const placeOf = ({ bundled, weights: [file] }: CatalogEntry): string =>
  bundled ? 'the package' : file?.urls.length ? 'its public address' : 'a mirror';

function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => row[i].length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd();
  print(paint('bold', line(head)));
  for (const row of rows) print(line(row));
}

/** A line that tells how a download goes on, where somebody watches. */
export function progress(): {
  show(file: string, received: number, total: number): void;
  end(): void;
} {
  const watched = process.stderr.isTTY;
  let shown = false;
  return {
    show(file, received, total) {
      if (!watched) return;
      shown = true;
      const share = total ? ` of ${(total / 1e6).toFixed(1)}` : '';
      process.stderr.write(`\r\u001b[K${file}: ${(received / 1e6).toFixed(1)}${share} MB`);
    },
    end() {
      if (shown) process.stderr.write('\r\u001b[K');
    },
  };
}
