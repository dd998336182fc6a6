// npm run check: every promise of the project that a machine can check.
import { command, seconds } from './command.ts';

const steps: Record<string, () => number | null> = {
  types: () => command('tsc', ['-p', '.']).status,
  lint: () => command('biome', ['check', '--error-on-warnings', '.']).status,
  tests: () => command('vitest', ['run']).status,
  examples: () => command('run', ['tools/examples.ts']).status,
  exports: () => command('run', ['tools/exports.ts']).status,
  sizes: () => command('run', ['tools/sizes.ts']).status,
};

const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (name in steps) continue;
  console.error(
    `check: there is no step "${name}"; the steps are ${Object.keys(steps).join(', ')}`,
  );
  process.exit(2);
}

const report: string[] = [];
let failed = 0;
for (const [name, step] of Object.entries(steps)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const start = performance.now();
  const passed = step() === 0;
  if (!passed) failed++;
  report.push(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(9)} ${seconds(start)}`);
}
console.log(`\n${report.join('\n')}\n${report.length - failed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
