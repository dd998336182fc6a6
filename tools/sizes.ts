// npm run sizes: what a web page downloads, as bundled by Vite, minified and compressed with gzip.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { buildIfStale } from './build.ts';
import { root } from './command.ts';

/** Modules that a program loads when it draws or saves, and not before: they are not in what a page downloads to train. */
const onDemand = ['plot/index.js', 'training/save.js'];

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
  const chunks = new Map(
    outputs.flatMap((output) => (output.type === 'chunk' ? [[output.fileName, output]] : [])),
  );
  const needed = new Set<string>();
  const add = (fileName: string): void => {
    const chunk = chunks.get(fileName);
    if (!chunk || needed.has(fileName)) return;
    if (onDemand.some((module) => chunk.facadeModuleId?.endsWith(`/dist/${module}`))) return;
    needed.add(fileName);
    // Chunks that are loaded later for any other reason are counted as well.
    [...chunk.imports, ...chunk.dynamicImports].forEach(add);
  };
  for (const chunk of chunks.values()) if (chunk.isEntry) add(chunk.fileName);
  const bytes = [...needed].reduce(
    (sum, fileName) => sum + gzipSync(chunks.get(fileName)!.code).length,
    0,
  );
  const passed = bytes < limit * 1000;
  if (!passed) failed++;
  const size = `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
  console.log(`${passed ? 'passed' : 'FAILED'}  ${size} of ${limit} kB  ${name}`);
}
await rm(folder, { recursive: true });
console.log(`${programs.length - failed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
