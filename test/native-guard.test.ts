// No kernel reads or writes beside its operands and scratch memory: an inaccessible page lies before or behind each.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type NativeChoice, nativeChoices } from '../src/backends/wasm/index.ts';
import { openParts } from './wasm-parts.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const launches = 15;

function run(choice: NativeChoice, side: string, ...rest: string[]) {
  const file = 'test/native-guard.ts';
  const node = ['--conditions=source', '--import=./tools/typescript.mjs', file];
  const child = spawnSync(process.execPath, [...node, choice, side, ...rest], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return { ...child, last: child.stdout.trim().split('\n').at(-1) ?? '' };
}

function reasonNot(choice: NativeChoice): string {
  if (process.platform !== 'linux') return 'pages are guarded with Linux calls here';
  // The guards themselves are set through koffi, whichever code runs.
  const { missing, pool } = openParts(choice === '0' ? 'avx2' : choice);
  pool.dispose();
  return missing;
}

for (const choice of nativeChoices) {
  const missing = reasonNot(choice);
  describe(`${choice === '0' ? 'WebAssembly' : choice} ${missing}`, () => {
    for (const side of ['before', 'behind']) {
      test.skipIf(missing)(`guards ${side}`, () => {
        const { signal, status, stderr, last } = run(choice, side, String(launches));
        expect({ signal, status, stderr, last }).toMatchObject({ signal: null, status: 0 });
        const [, emitted] = last.match(/^done (\d+)$/) ?? [];
        expect(Number(emitted)).toBeGreaterThan(launches * 8);
      });

      test.skipIf(missing)(`a kernel that goes astray ${side} its operand is stopped`, () => {
        const { signal, status, stdout } = run(choice, side, '0', 'astray');
        expect(stdout).toBe('done 0\n');
        // WebAssembly turns the fault into an error, machine code dies of it.
        if (choice === '0') expect(status).not.toBe(0);
        else expect(['SIGSEGV', 'SIGBUS']).toContain(signal);
      });
    }
  });
}
