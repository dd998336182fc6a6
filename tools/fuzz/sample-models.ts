import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Input, layers, Model, modelToBytes, Sequential, setSeed, tfjsFiles } from 'gradus';

function models(): Model[] {
  setSeed(1);
  const chain = new Sequential([
    layers.input({ shape: [8, 8, 1] }),
    layers.conv2d(2, 3, { activation: 'relu', kernelRegularizer: 'l2' }),
    layers.batchNormalization(),
    layers.maxPooling2d(2),
    layers.flatten(),
    layers.dropout(0.25),
    layers.dense(3, 'softmax'),
  ]);
  chain.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const x = Input({ shape: [4] });
  const inner = new Sequential([layers.input({ shape: [4] }), layers.dense(4, 'tanh')]);
  const graph = new Model({ inputs: x, outputs: layers.add().apply([inner.apply(x), x]) });
  const sequence = new Sequential([
    layers.input({ shape: [3, 2] }),
    layers.bidirectional({ layer: layers.lstm(2) }),
    layers.dense(1),
  ]);
  return [chain, graph, sequence];
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

async function saved(extension: string): Promise<Uint8Array[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gradus-fuzz-'));
  try {
    const files: Uint8Array[] = [];
    for (const [i, model] of models().entries()) {
      const path = join(folder, `${i}${extension}`);
      await model.save(path);
      files.push(new Uint8Array(await readFile(path)));
    }
    return files;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Small models in every format of models. */
export const sampleModels = {
  json: () => models().map((model) => text(model.toJson())),
  safetensors: () => Promise.all(models().map(modelToBytes)),
  h5: () => saved('.h5'),
  keras: () => saved('.keras'),
  tfjs: () => Promise.all(models().map(tfjsFiles)),
} as const;
