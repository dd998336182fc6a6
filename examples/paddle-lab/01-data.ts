// The lesson's data: mnist.json.gz with [train, valid, eval], each [images, labels], pixels from -1 to 1.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mnistJson } from 'gradus/datasets';
import { batchSize, digits } from './lib/lab.ts';

const folder = await mkdtemp(join(tmpdir(), 'gradus-lab-'));
const path = join(folder, 'mnist.json.gz');
await digits.take(500, 100).save(path); // `gradus data mnist-json` makes the whole file

// The check by machine: lengths, shapes, ranges. An error names the first bad sample.
const read = await mnistJson.read(path);
console.log(read.check());

// The check by people: do the image and its label belong together?
console.log(read.describe('train', [0, 1]));

// Readers give batches: the training images in a random order, another one in each pass.
const trainLoader = await mnistJson.loadData('train', { path, batchSize });
for (const pass of [1, 2]) {
  const sizes: number[] = [];
  let first = '';
  for (const [images, labels] of trainLoader()) {
    if (sizes.length === 0)
      first = `${images.shape} ${images.dtype}, labels ${[...labels.dataSync().slice(0, 8)]}`;
    sizes.push(images.shape[0]);
  }
  console.log(`pass ${pass}: ${sizes.length} batches, the first ${first}`);
}
await rm(folder, { recursive: true });
