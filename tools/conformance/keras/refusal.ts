import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { loadModel } from 'gradus';
import { FormatError } from 'gradus/tensor';
import type { Checks } from '../report.ts';

/** A file that must be refused, and within which limits. */
export interface Refusal {
  readonly format: 'keras' | 'h5' | 'weights_h5' | 'model_json';
  readonly path: string;
  /** The architecture that weights are loaded into. */
  readonly into?: string;
  readonly limits: { readonly max_seconds: number; readonly max_memory_mb: number };
  readonly mustNotWrite?: string;
}

const megabyte = 2 ** 20;

/** Loads a file and checks that a FormatError comes in time, and that nothing but the file was opened. */
export async function refusalCase(refusal: Refusal, checks: Checks): Promise<void> {
  const { format, path, into, limits, mustNotWrite } = refusal;
  const maxBytes = limits.max_memory_mb * megabyte;
  const model = format === 'weights_h5' && into ? await loadModel(into) : null;
  const spy = watchFiles();
  const prototypes = prototypeKeys();
  const before = { peak: process.resourceUsage().maxRSS, now: process.memoryUsage.rss() };
  const start = performance.now();
  let thrown: unknown;
  try {
    if (model) await model.loadWeights(path, { maxBytes });
    else await loadModel(path, { maxBytes });
  } catch (error) {
    thrown = error;
  } finally {
    spy.stop();
  }
  const seconds = (performance.now() - start) / 1000;
  const peak = process.resourceUsage().maxRSS;
  const grown = peak === before.peak ? 0 : (peak * 1024 - before.now) / megabyte;
  checks.holds('a FormatError', thrown instanceof FormatError, describe(thrown));
  checks.holds('in time', seconds <= limits.max_seconds, `${seconds.toFixed(1)} s`);
  checks.holds('in little memory', grown <= limits.max_memory_mb, `${grown.toFixed()} MB`);
  const others = spy.opened.filter((name) => resolve(name) !== resolve(path));
  checks.equal(
    'other files opened',
    others.map((name) => basename(name)),
    [],
  );
  checks.equal('prototypes changed', prototypeKeys() === prototypes, true);
  if (mustNotWrite) {
    const place = resolve(dirname(path), mustNotWrite);
    const places = [place, join(process.cwd(), basename(mustNotWrite))];
    checks.equal(
      'written',
      places.filter((name) => fs.existsSync(name)),
      [],
    );
  }
}

const describe = (thrown: unknown): string =>
  thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'it was loaded';

const prototypeKeys = (): string =>
  [Object, Array, Function, String, Number]
    .map((type) => Reflect.ownKeys(type.prototype).map(String).join())
    .join(';');

/** Notes the names of files that are opened from now on. */
function watchFiles(): { readonly opened: string[]; stop(): void } {
  const opened: string[] = [];
  const { open } = fsPromises;
  const { openSync } = fs;
  fsPromises.open = (path, ...rest) => {
    opened.push(String(path));
    return open(path, ...rest);
  };
  fs.openSync = (path, ...rest) => {
    opened.push(String(path));
    return openSync(path, ...rest);
  };
  syncBuiltinESMExports();
  return {
    opened,
    stop: () => {
      fsPromises.open = open;
      fs.openSync = openSync;
      syncBuiltinESMExports();
    },
  };
}
