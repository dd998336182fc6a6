// npm run sizes: what a web page downloads, as bundled, minified and compressed with gzip.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
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
let failed = 0;
for (const { name, limit, code } of programs) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root },
    bundle: true,
    write: false,
    outdir: 'bundle',
    minify: true,
    splitting: true, // what is imported lazily is counted as well
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  });
  const bytes = outputFiles.reduce((sum, file) => sum + gzipSync(file.contents).length, 0);
  const passed = bytes < limit * 1000;
  if (!passed) failed++;
  const size = `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
  console.log(`${passed ? 'passed' : 'FAILED'}  ${size} of ${limit} kB  ${name}`);
}
console.log(`${programs.length - failed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
