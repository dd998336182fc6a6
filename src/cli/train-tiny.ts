import { setBackend } from '../backends/index.ts';
import { fromData, layers, optimizers, Sequential, setSeed } from '../index.ts';

const side = 8;
const count = 64;

/** Pictures of one line, across or upright; the label says which. */
function lines(): { x: Float32Array; y: Uint8Array } {
  const x = new Float32Array(count * side * side);
  const y = Uint8Array.from({ length: count }, (_, i) => i % 2);
  for (let i = 0; i < count; i++) {
    const place = (i * 5) % side;
    for (let j = 0; j < side; j++) {
      const point = y[i] ? place * side + j : j * side + place;
      x[i * side * side + point] = 1;
    }
  }
  return { x, y };
}

/** Trains a network of all kinds of layers for a moment on a backend, and tells how well it has learned. */
export async function trainTiny(
  backendName: string,
): Promise<{ description: string; accuracy: number; milliseconds: number }> {
  const { description } = await setBackend(backendName);
  const start = performance.now();
  setSeed(0);
  const { x, y } = lines();
  const [images, labels] = [fromData(x, [count, side, side, 1]), fromData(y, [count])];
  const model = new Sequential([
    layers.input({ shape: [side, side, 1] }),
    layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dropout(0.1),
    layers.dense({ units: 2, activation: 'softmax' }),
  ]);
  model.compile({
    optimizer: new optimizers.Adam({ learningRate: 0.03 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  await model.fit(images, labels, { batchSize: 16, epochs: 12, verbose: 0 });
  const [, accuracy] = await model.evaluate(images, labels, { verbose: 0 });
  return { description, accuracy, milliseconds: performance.now() - start };
}
