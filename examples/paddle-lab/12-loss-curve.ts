// The loss of each step as a picture, and as a table for other programs.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import paddle from 'gradus/paddle';
import * as plot from 'gradus/plot';
import { CNN, passes, train } from './lib/lab.ts';

paddle.seed(1);
const model = new CNN();
const optimizer = new paddle.optimizer.SGD({ learningRate: 0.01, parameters: model.parameters() });
const losses = train(model, { optimizer, epochs: passes(2) });

const folder = await mkdtemp(join(tmpdir(), 'gradus-lab-'));
const picture = join(folder, 'loss.png');
await plot.curves({ loss: losses }, { x: 'step', smoothing: 0.9 }).save(picture);
console.log(`drew ${(await readFile(picture)).length} bytes of loss.png`);
const table = join(folder, 'loss.csv');
await writeFile(table, ['step,loss', ...losses.map((loss, i) => `${i},${loss}`)].join('\n'));
console.log(`${(await readFile(table, 'utf8')).split('\n').length} lines in loss.csv`);
await rm(folder, { recursive: true });
