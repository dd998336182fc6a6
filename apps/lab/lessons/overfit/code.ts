import type { Code } from '../../parts/code-view.tsx';
import type { Setup } from './engine.ts';

/** The network with its cures as programs. */
export function code({
  depth,
  width,
  activation,
  l2,
  dropout,
  jitter,
  early,
  epochs,
}: Setup): Code {
  const penalty = l2 > 0 ? `, kernelRegularizer: regularizers.l2(${l2})` : '';
  const keras = Array.from(
    { length: depth },
    () =>
      `  layers.dense({ units: ${width}, activation: '${activation}'${penalty} }),` +
      (dropout > 0 ? `\n  layers.dropout(${dropout}),` : ''),
  );
  const names = ['callbacks', 'layers', 'random', ...(l2 > 0 ? ['regularizers'] : [])];
  const used = early ? names : names.filter((name) => name !== 'callbacks');
  const paddle = Array.from({ length: depth }, (_, i) =>
    [
      `  new nn.Linear(${i === 0 ? 2 : width}, ${width}),`,
      `  new nn.${activation === 'relu' ? 'ReLU' : 'Tanh'}(),`,
      ...(dropout > 0 ? [`  new nn.Dropout(${dropout}),`] : []),
    ].join('\n'),
  );
  return {
    keras: `import { ${[...used, 'Sequential'].join(', ')} } from 'gradus';

const x = random.uniform([80, 2], -1, 1);
const y = x.slice([{}, { stop: 1 }]).mul(x.slice([{}, { start: 1 }])).greater(0).cast('float32');

const model = new Sequential([
  layers.input({ shape: [2] }),${jitter > 0 ? `\n  layers.gaussianNoise(${jitter}), // while it learns` : ''}
${keras.join('\n')}
  layers.dense(1, 'sigmoid'),
]);
model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
const history = await model.fit(x, y, {
  epochs: ${epochs},
  batchSize: 16,
  validationSplit: 0.5,${early ? '\n  callbacks: [new callbacks.EarlyStopping({ patience: 25, restoreBestWeights: true })],' : ''}
});
console.log(history.history.loss.at(-1), history.history.val_loss.at(-1));
`,
    paddle: `import paddle from 'gradus/paddle';
const { nn } = paddle, F = nn.functional;

const model = new nn.Sequential(
${paddle.join('\n')}
  new nn.Linear(${width}, 1),
);
const optimizer = new paddle.optimizer.Adam({
  learningRate: 0.01,
  parameters: model.parameters(),${l2 > 0 ? `\n  weightDecay: new paddle.regularizer.L2Decay(${l2}),` : ''}
});
const x = paddle.uniform([80, 2]);
const y = paddle.cast(paddle.greaterThan(paddle.prod(x, 1, true), paddle.zeros([80, 1])), 'float32');

model.train(); // dropout is at work
for (let epoch = 0; epoch < ${epochs}; epoch++) {
  const loss = F.binaryCrossEntropyWithLogits(model.call(x), y);
  loss.backward();
  optimizer.step();
  optimizer.clearGrad();
}
model.eval(); // and now it rests
`,
  };
}
