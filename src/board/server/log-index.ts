import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogValue } from '../../formats/log-value.ts';
import { ValueError } from '../../tensor/index.ts';
import type { RunSummary, Series } from '../series/index.ts';
import { findLogs } from './find-logs.ts';
import { LogBuffer, LogFile, type StoredKind } from './log-file.ts';
import { type ProjectorEntry, readProjectorConfig } from './projector.ts';

/** A value of a log with its moment. */
export interface StoredValue {
  readonly step: number;
  readonly wallTime: number;
  readonly value: LogValue;
}

interface Known {
  readonly run: string;
  readonly file: LogFile;
  readonly inode: number;
}

/** Where one value is. */
interface Place {
  readonly file: LogFile;
  readonly step: number;
  readonly wallTime: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * The logs below a folder: scalars in memory, places of everything else. `update` reads what is new; what is asked for by a
 * run and a tag is looked up here, so no name that comes from outside ever becomes a path.
 */
export class LogIndex {
  /** The folder, with links resolved. */
  readonly root: string;
  readonly #files = new Map<string, Known>();
  #projectors = new Map<string, readonly ProjectorEntry[]>();
  readonly #buffer = new LogBuffer();
  #updating: Promise<ReadonlySet<string>> | null = null;

  private constructor(root: string) {
    this.root = root;
  }

  /** Opens a folder of logs; it may be empty still. */
  static async open(folder: string): Promise<LogIndex> {
    const root = await realpath(folder).catch(() => null);
    if (root === null || !(await stat(root)).isDirectory()) {
      throw new ValueError(`${folder} is not a folder; give the folder that the logs are in`);
    }
    return new LogIndex(root);
  }

  /** Bytes of memory that the index takes. */
  get bytes(): number {
    let sum = 0;
    for (const { file } of this.#files.values()) sum += file.bytes;
    return sum;
  }

  /** Reads what is new. The names of the runs that changed, those that are gone included. */
  update(onFile: () => void = () => {}): Promise<ReadonlySet<string>> {
    this.#updating ??= this.#update(onFile).finally(() => {
      this.#updating = null;
    });
    return this.#updating;
  }

  async #update(onFile: () => void): Promise<ReadonlySet<string>> {
    const changed = new Set<string>();
    const { logs, projectors } = await findLogs(this.root);
    const present = new Set(logs.map(({ path }) => path));
    for (const [path, { run }] of this.#files) {
      if (present.has(path)) continue;
      this.#files.delete(path);
      changed.add(run);
    }
    for (const { path, run, isVisualDl } of logs) {
      try {
        const { size, ino } = await stat(path);
        let known = this.#files.get(path);
        // A file that became shorter or another one is read anew.
        if (!known || known.inode !== ino || size < known.file.position) {
          known = { run, inode: ino, file: new LogFile(path, isVisualDl) };
          this.#files.set(path, known);
          changed.add(run);
        }
        if (await known.file.readOn(size, this.#buffer)) changed.add(run);
        onFile();
      } catch (error) {
        // Removed or made unreadable since the folder was listed: the next update settles it.
        if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      }
    }
    await this.#updateProjectors(projectors, changed);
    return changed;
  }

  async #updateProjectors(runs: readonly string[], changed: Set<string>): Promise<void> {
    const found = new Map<string, readonly ProjectorEntry[]>();
    for (const run of runs) {
      found.set(run, await readProjectorConfig(this.folderOf(run)).catch(() => []));
    }
    for (const run of new Set([...found.keys(), ...this.#projectors.keys()])) {
      const before = this.#projectors.get(run)?.length ?? 0;
      if ((found.get(run)?.length ?? 0) !== before) changed.add(run);
    }
    this.#projectors = found;
  }

  /** The folder of a run that was found. */
  folderOf(run: string): string {
    return join(this.root, run);
  }

  projector(run: string, tag: string): ProjectorEntry | null {
    return this.#projectors.get(run)?.find((entry) => entry.tag === tag) ?? null;
  }

  /** The runs by name. */
  runs(): RunSummary[] {
    const byRun = new Map<string, LogFile[]>();
    for (const { run, file } of this.#files.values()) {
      const files = byRun.get(run) ?? [];
      files.push(file);
      byRun.set(run, files);
    }
    for (const run of this.#projectors.keys()) if (!byRun.has(run)) byRun.set(run, []);
    return [...byRun]
      .map(([name, files]) => this.#summary(name, files))
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  }

  #summary(name: string, files: readonly LogFile[]): RunSummary {
    const tags = new Map<string, Set<string>>();
    const add = (kind: string, found: Iterable<string>): void => {
      const set = tags.get(kind) ?? new Set();
      for (const tag of found) set.add(tag);
      if (set.size) tags.set(kind, set);
    };
    const times: number[] = [];
    for (const file of files) {
      add('scalar', file.scalars.keys());
      for (const [kind, byTag] of file.stored) add(kind, byTag.keys());
      if (file.firstWallTime !== null) times.push(file.firstWallTime);
    }
    add(
      'embedding',
      (this.#projectors.get(name) ?? []).map(({ tag }) => tag),
    );
    return {
      name,
      firstWallTime: times.length ? Math.min(...times) : null,
      tags: Object.fromEntries([...tags].map(([kind, set]) => [kind, [...set].sort()])),
      damage: files
        .filter(({ damageCount }) => damageCount > 0)
        .map(({ path, damageCount, damage: [{ offset, length, reason }] }) => ({
          file: path.slice(this.root.length + 1),
          count: damageCount,
          first: `${length} bytes at ${offset}: ${reason}`,
        })),
      unknown: [...new Set(files.flatMap(({ unknown }) => [...unknown]))],
    };
  }

  #filesOf(run: string): LogFile[] {
    const known = [...this.#files.values()].filter((one) => one.run === run);
    return known.map(({ file }) => file).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Runs that have a curve of that tag, in the order of their names. */
  runsWith(tag: string): string[] {
    const found = new Set<string>();
    for (const { run, file } of this.#files.values()) if (file.scalars.has(tag)) found.add(run);
    return [...found].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  }

  /** A curve in the order of its steps; null where there is none. */
  series(run: string, tag: string): Series | null {
    const columns = this.#filesOf(run).flatMap((file) => file.scalars.get(tag) ?? []);
    if (columns.length === 0) return null;
    if (columns.length === 1) {
      // The usual case: nothing is copied.
      const [{ steps, wallTimes, values }] = columns;
      const view = { steps: steps.view(), wallTimes: wallTimes.view(), values: values.view() };
      return isInOrder(view.steps) ? view : ordered(view);
    }
    const join64 = (parts: readonly ArrayLike<number>[]): Float64Array => {
      const joined = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const part of parts) {
        joined.set(part, at);
        at += part.length;
      }
      return joined;
    };
    const series = {
      steps: join64(columns.map(({ steps }) => steps.view())),
      wallTimes: join64(columns.map(({ wallTimes }) => wallTimes.view())),
      values: join64(columns.map(({ values }) => values.view())),
    };
    return isInOrder(series.steps) ? series : ordered(series);
  }

  #places(kind: StoredKind, run: string, tag: string): Place[] {
    return this.#filesOf(run).flatMap((file) => {
      const column = file.stored.get(kind)?.get(tag);
      if (!column) return [];
      return Array.from({ length: column.steps.length }, (_, i) => ({
        file,
        step: column.steps.at(i),
        wallTime: column.wallTimes.at(i),
        offset: column.offsets.at(i),
        length: column.lengths.at(i),
      }));
    });
  }

  /** How many values of a kind a tag has. */
  count(kind: StoredKind, run: string, tag: string): number {
    return this.#places(kind, run, tag).length;
  }

  /** Values of a kind: all, or `limit` of them evenly spread with the last one. */
  async values(
    kind: StoredKind,
    run: string,
    tag: string,
    limit: number,
  ): Promise<(StoredValue & { readonly index: number })[]> {
    const places = this.#places(kind, run, tag);
    const count = Math.min(limit, places.length);
    const result: (StoredValue & { index: number })[] = [];
    for (let i = 0; i < count; i++) {
      const index = Math.floor(((i + 1) * places.length) / count) - 1;
      const found = await this.#read(kind, tag, places[index]);
      if (found) result.push({ ...found, index });
    }
    return result;
  }

  /** The `index`-th value; null where there is none. */
  async value(
    kind: StoredKind,
    run: string,
    tag: string,
    index: number,
  ): Promise<StoredValue | null> {
    const place = this.#places(kind, run, tag)[index];
    return place ? this.#read(kind, tag, place) : null;
  }

  async #read(kind: StoredKind, tag: string, place: Place): Promise<StoredValue | null> {
    const { file, offset, length, step, wallTime } = place;
    const event = await file.readEvent(offset, length).catch(() => null); // gone since it was found
    const value = event?.values.find((one) => one.tag === tag && one.value.kind === kind)?.value;
    return value ? { step, wallTime, value } : null;
  }
}

function isInOrder(steps: Float64Array): boolean {
  for (let i = 1; i < steps.length; i++) if (steps[i] < steps[i - 1]) return false;
  return true;
}

/** A training that went back to an earlier step (or two in one folder) is drawn by steps; the order among equals stays. */
function ordered({ steps, wallTimes, values }: Series): Series {
  const order = Uint32Array.from(steps, (_, i) => i).sort((a, b) => steps[a] - steps[b] || a - b);
  return {
    steps: Float64Array.from(order, (i) => steps[i]),
    wallTimes: Float64Array.from(order, (i) => wallTimes[i]),
    values: Float64Array.from(order, (i) => values[i]),
  };
}
