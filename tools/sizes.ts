// npm run sizes: what a web page downloads, as bundled by Vite, minified and compressed with gzip.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { buildIfStale } from './build.ts';
import { root } from './command.ts';

const programs: { name: string; limit: number; code: string }[] = [
  { name: 'gradus/tensor', limit: 60, code: `export * from 'gradus/tensor';` },
  {
    name: 'a network with layers',
    limit: 150,
    code: `
      import { Sequential, layers } from 'gradus';
      export const model = new Sequential([
        layers.input({ shape: [28, 28, 1] }),
        layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 10, activation: 'softmax' }),
      ]);
      model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
      export const train = (x, y) => model.fit(x, y);`,
  },
];

buildIfStale();
const folder = await mkdtemp(join(root, 'node_modules', '.sizes-'));
let failed = 0;
for (const { name, limit, code } of programs) {
  const entry = join(folder, 'program.js');
  await writeFile(entry, code);
  const result = await build({
    configFile: false,
    root: folder,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      rollupOptions: { input: entry, preserveEntrySignatures: 'strict' },
    },
  });
  const outputs = [result].flat().flatMap((bundle) => ('output' in bundle ? bundle.output : []));
  const bytes = outputs.reduce(
    (sum, output) => sum + (output.type === 'chunk' ? gzipSync(output.code).length : 0),
    0, // chunks that are loaded later are counted as well
  );
  const passed = bytes < limit * 1000;
  if (!passed) failed++;
  const size = `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
  console.log(`${passed ? 'passed' : 'FAILED'}  ${size} of ${limit} kB  ${name}`);
}
await rm(folder, { recursive: true });
console.log(`${programs.length - failed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
