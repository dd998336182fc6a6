// Feeds damaged files to one loader: worker.ts LOADER FROM TO SEED. Tells on descriptor 3 what it is at, line by line.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync, writeSync } from 'node:fs';
import { FormatError } from 'gradus/tensor';
import { root } from '../command.ts';
import { loaders } from './loaders.ts';
import { mutate, randomOf } from './mutate.ts';

const [, , name, from, to, seed] = process.argv;
const loader = loaders.find((known) => known.name === name);
if (!loader) throw new Error(`there is no loader '${name}'`);

const tell = (line: string): void => void writeSync(3, `${line}\n`);
const memory = (): number => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const samples = await loader.samples();
const plain = await Promise.all(
  samples.map((sample) => (sample instanceof Uint8Array ? sample : sample.build(sample.parts))),
);
// A loader that refuses everything would pass every test.
const errors: unknown[] = [];
for (const bytes of plain) {
  try {
    await loader.load(bytes);
  } catch (error) {
    errors.push(error);
  }
}
if (errors.length === plain.length) throw errors[0] ?? new Error(`'${name}' has no samples`);

for (let i = Number(from); i < Number(to); i++) {
  const random = randomOf(seed, name, i);
  const at = Math.floor(random() * samples.length);
  const sample = samples[at];
  let bytes: Uint8Array;
  if (sample instanceof Uint8Array) bytes = mutate(sample, random, plain);
  else {
    const parts = [...sample.parts];
    const part = parts[Math.floor(random() * parts.length)];
    const changed = new Map(sample.parts);
    changed.set(
      part[0],
      mutate(
        part[1],
        random,
        parts.map(([, data]) => data),
      ),
    );
    bytes = await sample.build(changed);
  }
  tell(`begin ${i}`);
  const start = performance.now();
  let result = 'read';
  let problem = '';
  try {
    await loader.load(bytes);
  } catch (error) {
    result = error instanceof FormatError ? 'refused' : 'wrong';
    if (result === 'wrong') problem = String((error as Error)?.stack ?? error);
  }
  const ms = performance.now() - start;
  if (problem || ms > 5000) keep(bytes);
  tell(`end ${i} ${result} ${ms.toFixed(2)}${problem ? ` ${JSON.stringify(problem)}` : ''}`);
  if (i % 100 === 99) tell(`memory ${i} ${memory()}`);
}
tell(`memory ${to} ${memory()}`);

/** Keeps an input for whoever mends what it found. */
function keep(bytes: Uint8Array): void {
  const folder = `${root}.cache/fuzz`;
  mkdirSync(folder, { recursive: true });
  const sum = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  writeFileSync(`${folder}/${name}-${sum}.bin`, bytes);
}
