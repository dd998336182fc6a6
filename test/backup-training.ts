// A training that may be killed at any moment: backup-training.ts FOLDER FILE. Run again, it goes on, and writes the model.
import {
  BackupAndRestore,
  EarlyStopping,
  fromData,
  LambdaCallback,
  layers,
  ReduceLROnPlateau,
  random,
  Sequential,
  setSeed,
} from 'gradus';

const [folder, file] = process.argv.slice(2);

setSeed(11);
const model = new Sequential([
  layers.input({ shape: [6] }),
  layers.dense(16, 'relu'),
  layers.batchNormalization(),
  layers.dropout(0.3),
  layers.dense(3, 'softmax'),
]);
model.compile({
  optimizer: 'adam',
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});
const x = random.uniform([60, 6], { seed: 5 });
const y = fromData(
  Int32Array.from({ length: 60 }, (_, i) => (i * 7) % 3),
  [60],
);
const history = await model.fit(x, y, {
  batchSize: 8,
  epochs: 12,
  validationSplit: 0.2,
  verbose: 0,
  callbacks: [
    new BackupAndRestore(folder, { saveFreq: 2 }),
    new EarlyStopping({ patience: 3, restoreBestWeights: true }),
    new ReduceLROnPlateau({ patience: 1, factor: 0.5 }),
    // Slow enough to be killed in the middle.
    new LambdaCallback({
      onTrainBatchEnd: async () => {
        process.stdout.write('.');
        await new Promise((resolve) => setTimeout(resolve, 4));
      },
    }),
  ],
});
await model.save(file);
process.stdout.write(`\n${JSON.stringify({ epochs: history.epoch, history: history.history })}\n`);
