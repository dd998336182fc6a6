// Runs a folder of cases that Keras has computed: npm run -s conformance -- FOLDER [--backend NAME] [--only NAME,…]
import { readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { setBackend } from 'gradus';
import { resetNames } from 'gradus/config';
import { CaseFile } from './conformance/case-file.ts';
import { kerasRunner } from './conformance/keras/suite.ts';
import { type FileResult, runCase } from './conformance/report.ts';

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
const names = (await readdir(folder))
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))
  .filter((name) => !only || only.includes(name))
  .sort();

let passed = 0;
let failed = 0;
for (const name of names) {
  const run = kerasRunner(name);
  if (!run) {
    if (only) console.log(`${name}: this runner has no cases of that kind`);
    continue;
  }
  const file = await CaseFile.read(folder, name);
  const result: FileResult = { passed: 0, failed: 0, worst: 0, worstId: '-' };
  for (const c of file.cases) {
    if (values.case && c.id !== values.case) continue;
    resetNames();
    await runCase(c.id, (checks) => run(c, file, checks), result);
  }
  const worst = `${(result.worst * 100).toFixed(1)} % of what is allowed (${result.worstId})`;
  console.log(`${name}: ${result.passed} passed, ${result.failed} failed; worst error ${worst}`);
  passed += result.passed;
  failed += result.failed;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
