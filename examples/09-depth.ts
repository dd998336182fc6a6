// Two spirals wound into one another: no straight line parts them, and one layer draws nothing but straight lines. Layers on
// layers bend the plane until a line will do.
import { fromData, layers, ops, Sequential, setSeed, type Tensor } from 'gradus';

const count = 200;
const turn = ops.linspace(0.5, 6, count);
const arm = (sign: number): Tensor =>
  ops.stack([turn.cos().mul(turn), turn.sin().mul(turn)], 1).mul(sign / 6);
const x = ops.concat([arm(1), arm(-1)], 0);
const y = fromData(
  Float32Array.from({ length: 2 * count }, (_, i) => Number(i >= count)),
  [2 * count, 1],
);

async function accuracyOf(hidden: readonly number[]): Promise<number> {
  setSeed(2);
  const model = new Sequential([
    layers.input({ shape: [2] }),
    ...hidden.map((units) => layers.dense(units, 'tanh')),
    layers.dense(1, 'sigmoid'),
  ]);
  model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
  model.optimizer.learningRate = 0.01;
  await model.fit(x, y, { epochs: 150, batchSize: 40, verbose: 0 });
  const [, accuracy] = await model.evaluate(x, y, { verbose: 0 });
  return accuracy;
}

const flat = await accuracyOf([]);
const shallow = await accuracyOf([4]);
const deep = await accuracyOf([16, 16]);
console.log(
  `no hidden layer: ${flat.toFixed(3)}\none of 4:        ${shallow.toFixed(3)}\ntwo of 16:       ${deep.toFixed(3)}`,
);
if (!(flat < 0.75 && shallow < deep && deep > 0.97)) throw new Error('depth did not help');
