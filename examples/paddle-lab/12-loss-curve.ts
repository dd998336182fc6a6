// The loss of each step as a curve, and as a table for other programs.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import paddle from 'gradus/paddle';
import { CNN, passes, train } from './lib/lab.ts';

paddle.seed(1);
const model = new CNN();
const optimizer = new paddle.optimizer.SGD({ learningRate: 0.01, parameters: model.parameters() });
const losses = train(model, { optimizer, epochs: passes(2) });

// Means over parts of the training, as bars.
const bins = 20;
const width = losses.length / bins;
for (let i = 0; i < bins; i++) {
  const part = losses.slice(Math.floor(i * width), Math.floor((i + 1) * width));
  const mean = part.reduce((a, b) => a + b) / part.length;
  const step = String(Math.floor((i + 1) * width)).padStart(5);
  console.log(`step ${step}  ${mean.toFixed(3)}  ${'█'.repeat(Math.round(25 * mean))}`);
}

const folder = await mkdtemp(join(tmpdir(), 'gradus-lab-'));
const table = join(folder, 'loss.csv');
await writeFile(table, ['step,loss', ...losses.map((loss, i) => `${i},${loss}`)].join('\n'));
console.log(`${(await readFile(table, 'utf8')).split('\n').length} lines in loss.csv`);
await rm(folder, { recursive: true });
