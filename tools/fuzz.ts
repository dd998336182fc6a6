// npm run -s fuzz [-- --inputs N --seed S --only NAME,…]: damaged files for every loader. Only a FormatError may leave one,
// within its deadline, and memory may not grow.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { root } from './command.ts';
import { type Loader, loaders } from './fuzz/loaders.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    /** Runs one input again, with its error. */
    case: { type: 'string' },
  },
});

const deadlineMs = 10_000;
const usualMs = 1000;
/** What caches and compiled code may take while a loader warms up; measured after the first quarter. */
const mostGrowth = 24 * 2 ** 20;

interface Report {
  readonly loader: string;
  inputs: number;
  read: number;
  refused: number;
  failed: number;
  readonly times: number[];
  readonly memory: { at: number; bytes: number }[];
  readonly problems: Map<string, string>;
}

const chosen = values.only?.split(',');
const wanted = loaders.filter(({ name }) => !chosen || chosen.includes(name));
const shares = wanted.reduce((sum, { share = 1 }) => sum + share, 0);
const reports: Report[] = [];
for (const loader of wanted) {
  const count = Math.ceil((Number(values.inputs) * (loader.share ?? 1)) / shares);
  const [from, to] = values.case ? [Number(values.case), Number(values.case) + 1] : [0, count];
  reports.push(await runLoader(loader, from, to));
  print(reports.at(-1)!);
}

const total = { passed: 0, failed: 0 };
for (const { inputs, failed } of reports) {
  total.passed += inputs - failed;
  total.failed += failed;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || reports.length === 0 ? 1 : 0;

/** Runs the inputs of a loader, in another process each time one has hung or died. */
async function runLoader({ name }: Loader, from: number, to: number): Promise<Report> {
  const report: Report = {
    ...{ loader: name, inputs: 0, read: 0, refused: 0, failed: 0 },
    ...{ times: [], memory: [], problems: new Map() },
  };
  for (let next = from; next < to; ) next = await runProcess(report, next, to);
  checkMemory(report);
  checkTimes(report);
  return report;
}

function runProcess(report: Report, from: number, to: number): Promise<number> {
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      ...['--expose-gc', '--max-old-space-size=1024'],
      ...[`${root}tools/fuzz/worker.ts`, report.loader, `${from}`, `${to}`, values.seed],
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  );
  return watch(child, report, from, to);
}

function watch(child: ChildProcess, report: Report, from: number, to: number): Promise<number> {
  let current = from - 1;
  let done = from - 1;
  let timer: NodeJS.Timeout | undefined;
  let hung = false;
  const said: string[] = [];
  child.stderr?.on('data', (chunk) => said.push(String(chunk)));
  const lines = createInterface({ input: child.stdio[3] as Readable });
  lines.on('line', (line) => {
    const [what, first, second, ...rest] = line.split(' ');
    if (what === 'begin') {
      current = Number(first);
      clearTimeout(timer);
      timer = setTimeout(() => {
        hung = true;
        child.kill('SIGKILL');
      }, deadlineMs);
    } else if (what === 'memory') {
      report.memory.push({ at: Number(first), bytes: Number(second) });
    } else {
      clearTimeout(timer);
      done = Number(first);
      report.inputs++;
      report.times.push(Number(rest[0]));
      if (second === 'read') report.read++;
      else if (second === 'refused') report.refused++;
      else fail(report, JSON.parse(rest.slice(1).join(' ')) as string, done);
    }
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0 && done === to - 1) resolve(to);
      else if (current > done) {
        report.inputs++;
        fail(
          report,
          hung ? `hung for ${deadlineMs} ms` : `the process ended: ${said.join('')}`,
          current,
        );
        resolve(current + 1);
      } else {
        // It never began: nothing can be learnt from going on.
        report.inputs++;
        fail(report, `the loader cannot be tried: ${said.join('').slice(0, 2000)}`, from);
        resolve(to);
      }
    });
  });
}

function fail(report: Report, problem: string, at: number): void {
  report.failed++;
  // The same place in the code is one problem.
  const place = problem.split('\n').slice(0, 3).join('\n');
  if (!report.problems.has(place)) report.problems.set(place, `input ${at}: ${problem}`);
}

function checkMemory(report: Report): void {
  const settled = report.memory.filter(({ at }) => at >= report.inputs / 4);
  const [first, last] = [settled[0], settled.at(-1)];
  if (!first || !last || last.bytes - first.bytes <= mostGrowth) return;
  fail(report, `memory grew from ${first.bytes} to ${last.bytes} bytes`, last.at);
}

function checkTimes(report: Report): void {
  const slow = report.times.filter((ms) => ms > usualMs).length;
  if (slow > report.times.length / 100)
    fail(report, `${slow} inputs took more than ${usualMs} ms`, 0);
}

function print(report: Report): void {
  const { loader, inputs, read, refused, failed, times, memory, problems } = report;
  const sorted = [...times].sort((a, b) => a - b);
  const ms = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  const grown = (memory.at(-1)?.bytes ?? 0) - (memory[Math.floor(memory.length / 4)]?.bytes ?? 0);
  console.log(
    `${loader.padEnd(18)} ${String(inputs).padStart(6)} inputs  ${String(read).padStart(5)} read  ` +
      `${String(refused).padStart(5)} refused  ${String(failed).padStart(4)} failed  ` +
      `99 % within ${ms(0.99)} ms, all within ${ms(1)} ms; memory ${(grown / 2 ** 20).toFixed(1)} MiB`,
  );
  for (const problem of [...problems.values()].slice(0, 8))
    console.log(`  FAILED ${problem.replaceAll('\n', '\n    ')}`);
}
