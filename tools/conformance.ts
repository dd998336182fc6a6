// Runs a folder of cases that Keras or Paddle has computed: npm run -s conformance -- FOLDER [--backend NAME] [--only NAME,…]
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setBackend } from 'gradus';
import { resetNames } from 'gradus/config';
import { type Case, CaseFile } from './conformance/case-file.ts';
import { kerasRunner } from './conformance/keras/suite.ts';
import { paddleCase } from './conformance/paddle/suite.ts';
import { type Checks, type FileResult, runCase } from './conformance/report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    backend: { type: 'string', default: 'wasm' },
    only: { type: 'string' },
    case: { type: 'string' },
  },
});
const [folder] = positionals;
if (!folder) {
  console.error(
    'usage: npm run -s conformance -- FOLDER [--backend wasm|cpu] [--only NAME,…] [--case ID]',
  );
  process.exit(2);
}
await setBackend(values.backend);
const only = values.only?.split(',');

/** Files of cases: those of the folder, and the index of each folder in it that has one. */
async function caseFiles(): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.endsWith('.json')) names.push(entry.name.slice(0, -'.json'.length));
    if (!entry.isDirectory()) continue;
    const index = await stat(join(folder, entry.name, 'index.json')).catch(() => null);
    if (index?.isFile()) names.push(`${entry.name}/index`);
  }
  return names.sort();
}

/** How to run the cases of a file; undefined where nothing here knows them. */
function runnerOf(file: CaseFile): ((c: Case, checks: Checks) => void | Promise<void>) | undefined {
  const keras = kerasRunner(file.name);
  if (!file.isPaddle && keras) return (c, checks) => keras(c, file, checks);
  if (file.isPaddle) return (c, checks) => paddleCase(c, file, checks);
  return undefined;
}

const chosen = (name: string): boolean =>
  !only || only.includes(name) || only.includes(name.replace(/\/index$/, ''));

let passed = 0;
let failed = 0;
for (const name of (await caseFiles()).filter(chosen)) {
  const file = await CaseFile.read(folder, name);
  const run = runnerOf(file);
  if (!run) {
    if (only) console.log(`${name}: this runner has no cases of that kind`);
    continue;
  }
  const result: FileResult = { passed: 0, failed: 0, worst: 0, worstId: '-' };
  for (const c of file.cases) {
    if (values.case && c.id !== values.case) continue;
    resetNames();
    await runCase(c.id, (checks) => run(c, checks), result);
  }
  const worst = `${(result.worst * 100).toFixed(1)} % of what is allowed (${result.worstId})`;
  console.log(`${name}: ${result.passed} passed, ${result.failed} failed; worst error ${worst}`);
  passed += result.passed;
  failed += result.failed;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
