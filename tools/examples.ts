// npm run examples [-- PART-OF-A-NAME …]: every lesson in examples/ and its folders runs to its end; those of paddle-lab and
// cats-and-dogs with few images, which GRADUS_LAB=small stands for.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { command, root, seconds } from './command.ts';

const limit = 300_000; // milliseconds an example may take, on a slow machine

process.env.GRADUS_LAB ??= 'small';
const folders = ['', 'paddle-lab/', 'cats-and-dogs/'];
const wanted = process.argv.slice(2);
const examples = folders
  .flatMap((folder) => readdirSync(join(root, 'examples', folder)).map((file) => folder + file))
  .filter((file) => file.endsWith('.ts'))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();

let failed = 0;
for (const example of examples) {
  const start = performance.now();
  const result = command('run', [`examples/${example}`], { capture: true, timeout: limit });
  const passed = result.status === 0;
  console.log(`${passed ? 'passed' : 'FAILED'}  examples/${example}  ${seconds(start)}`);
  if (passed) continue;
  failed++;
  console.log(result.stdout + result.stderr);
}
console.log(`${examples.length - failed} passed, ${failed} failed`);
if (failed > 0 || examples.length === 0) process.exitCode = 1;
