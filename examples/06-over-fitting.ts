// Few examples and a large network: it learns them by heart, noise and all, and does badly on what it has not seen.
// Cures: weights that must stay small (L2), a network that cannot rely on any one neuron (dropout), examples that look a
// little different each time (augmentation: noise for numbers; for images the layers randomFlip, randomRotation, …),
// stopping in time.
import {
  type Callback,
  callbacks,
  layers,
  random,
  regularizers,
  Sequential,
  setSeed,
  where,
} from 'gradus';

setSeed(0);
const count = 80;
const draw = (n: number) => {
  const x = random.normal([n, 20]);
  const clean = x
    .slice([{}, { start: 0, stop: 2 }])
    .sum(1)
    .greater(0); // 18 of the 20 numbers tell nothing
  const wrong = random.uniform([n]).less(0.1); // and some of the labels are wrong
  return { x, y: where(wrong, clean.logicalNot(), clean).cast('float32') };
};
const [train, unseen] = [draw(count), draw(2000)];

async function lossOn({
  l2 = 0,
  dropout = 0,
  noise = 0,
  callbacks: list = [],
}: {
  l2?: number;
  dropout?: number;
  noise?: number;
  callbacks?: Callback[];
} = {}) {
  setSeed(1);
  const dense = () =>
    layers.dense({
      units: 64,
      activation: 'relu',
      kernelRegularizer: l2 ? regularizers.l2(l2) : null,
    });
  const model = new Sequential([
    layers.input({ shape: [20] }),
    layers.gaussianNoise(noise),
    dense(),
    layers.dropout(dropout),
    dense(),
    layers.dropout(dropout),
    layers.dense(1, 'sigmoid'),
  ]);
  model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
  const validationData = [unseen.x, unseen.y] as const;
  const { history } = await model.fit(train.x, train.y, {
    ...{ epochs: 80, batchSize: 16, validationData, callbacks: list, verbose: 0 },
    validationBatchSize: 2000,
  });
  const [, seenAccuracy] = await model.evaluate(train.x, train.y, { verbose: 0 });
  const [loss, accuracy] = await model.evaluate(unseen.x, unseen.y, {
    batchSize: 2000,
    verbose: 0,
  });
  return { epochs: (history.loss as number[]).length, seenAccuracy, accuracy, loss };
}

const results = {
  'as it is': await lossOn(),
  L2: await lossOn({ l2: 0.03 }),
  dropout: await lossOn({ dropout: 0.5 }),
  augmentation: await lossOn({ noise: 0.7 }),
  'early stopping': await lossOn({
    callbacks: [new callbacks.EarlyStopping({ patience: 5, restoreBestWeights: true })],
  }),
};
for (const [name, { epochs, seenAccuracy, accuracy, loss }] of Object.entries(results)) {
  console.log(
    `${name.padEnd(15)} ${String(epochs).padStart(3)} epochs; right of what it learned ${seenAccuracy.toFixed(3)}, ` +
      `of what it has not seen ${accuracy.toFixed(3)} (loss ${loss.toFixed(3)})`,
  );
}
const { 'as it is': plain, ...cured } = results;
if (plain.seenAccuracy < 0.98) throw new Error('the network did not learn by heart');
for (const [name, { loss }] of Object.entries(cured)) {
  if (loss > plain.loss * 0.9) throw new Error(`${name} did not help`);
}
