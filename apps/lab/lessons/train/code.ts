import type { Code } from '../../parts/code-view.tsx';
import type { LayerSpec, Training } from './specs.ts';

function kerasLayer(spec: LayerSpec, l2: number): string {
  const penalty = l2 > 0 ? `, kernelRegularizer: regularizers.l2(${l2})` : '';
  switch (spec.kind) {
    case 'conv': {
      const padding = spec.same ? `, padding: 'same'` : '';
      return `layers.conv2d({ filters: ${spec.filters}, kernelSize: ${spec.size}${padding}, activation: '${spec.activation}'${penalty} })`;
    }
    case 'maxPool':
      return `layers.maxPooling2d({ poolSize: ${spec.size} })`;
    case 'avgPool':
      return `layers.averagePooling2d({ poolSize: ${spec.size} })`;
    case 'dropout':
      return `layers.dropout(${spec.rate})`;
    case 'batchNorm':
      return 'layers.batchNormalization()';
    case 'flatten':
      return 'layers.flatten()';
    case 'dense':
      return `layers.dense({ units: ${spec.units}, activation: '${spec.activation}'${penalty} })`;
  }
}

const paddleActivations = { relu: 'ReLU', tanh: 'Tanh', sigmoid: 'Sigmoid', linear: '' };

/** Layers of Paddle, which wants to know how many channels come in. */
function paddleLayers(
  specs: readonly LayerSpec[],
  shapes: readonly (readonly (number | null)[])[],
) {
  const lines: string[] = [];
  let before: readonly (number | null)[] = [28, 28, 1];
  const activate = (name: keyof typeof paddleActivations): void => {
    if (paddleActivations[name]) lines.push(`new nn.${paddleActivations[name]}()`);
  };
  specs.forEach((spec, i) => {
    const channels = before.at(-1);
    switch (spec.kind) {
      case 'conv':
        lines.push(
          `new nn.Conv2D(${channels}, ${spec.filters}, ${spec.size}${spec.same ? `, { padding: 'SAME' }` : ''})`,
        );
        activate(spec.activation);
        break;
      case 'maxPool':
        lines.push(`new nn.MaxPool2D(${spec.size})`);
        break;
      case 'avgPool':
        lines.push(`new nn.AvgPool2D(${spec.size})`);
        break;
      case 'dropout':
        lines.push(`new nn.Dropout(${spec.rate})`);
        break;
      case 'batchNorm':
        lines.push(
          before.length === 3
            ? `new nn.BatchNorm2D(${channels})`
            : `new nn.BatchNorm1D(${channels})`,
        );
        break;
      case 'flatten':
        lines.push('new nn.Flatten()');
        break;
      case 'dense':
        lines.push(`new nn.Linear(${channels}, ${spec.units})`);
        activate(spec.activation);
        break;
    }
    before = shapes[i] ?? before;
  });
  lines.push(`new nn.Linear(${before.at(-1)}, 10)`);
  return lines;
}

/** The network that is stacked, and its training, as programs. */
export function code(
  specs: readonly LayerSpec[],
  shapes: readonly (readonly (number | null)[])[],
  training: Training,
): Code {
  const { data, optimizer, learningRate, epochs, batchSize, l2, seed } = training;
  const set = data === 'mnist' ? 'mnist' : 'fashionMnist';
  const kerasOptimizer =
    optimizer === 'momentum'
      ? `optimizers.sgd({ learningRate: ${learningRate}, momentum: 0.9 })`
      : `optimizers.${optimizer}({ learningRate: ${learningRate} })`;
  const paddleOptimizer = { adam: 'Adam', sgd: 'SGD', momentum: 'Momentum', rmsprop: 'RMSProp' };
  const names = ['datasets', 'layers', 'optimizers', ...(l2 > 0 ? ['regularizers'] : [])];
  return {
    keras: `import { ${[...names, 'Sequential', 'setSeed', 'toCategorical'].join(', ')} } from 'gradus';

setSeed(${seed});
const [[x, y], [xTest, yTest]] = await datasets.${set}.loadData();
const images = (x) => x.reshape([-1, 28, 28, 1]).div(255);

const model = new Sequential([
  layers.input({ shape: [28, 28, 1] }),
${specs.map((spec) => `  ${kerasLayer(spec, l2)},`).join('\n')}
  layers.dense({ units: 10, activation: 'softmax' }),
]);
model.summary();
model.compile({
  optimizer: ${kerasOptimizer},
  loss: 'categoricalCrossentropy',
  metrics: ['accuracy'],
});
await model.fit(images(x), toCategorical(y, 10), { epochs: ${epochs}, batchSize: ${batchSize} });
await model.evaluate(images(xTest), toCategorical(yTest, 10));
await model.save('mnist.h5'); // Keras opens it
`,
    paddle: `import paddle from 'gradus/paddle';
const { nn } = paddle, F = nn.functional;

paddle.seed(${seed});
const model = new nn.Sequential(
${paddleLayers(specs, shapes)
  .map((line) => `  ${line},`)
  .join('\n')}
);
const optimizer = new paddle.optimizer.${paddleOptimizer[optimizer]}({
  learningRate: ${learningRate},
  parameters: model.parameters(),${l2 > 0 ? `\n  weightDecay: new paddle.regularizer.L2Decay(${l2}),` : ''}
});
const transform = new paddle.vision.transforms.ToTensor();
const data = await paddle.vision.datasets.${data === 'mnist' ? 'MNIST' : 'FashionMNIST'}.load({ mode: 'train', transform });

for (let epoch = 0; epoch < ${epochs}; epoch++) {
  for await (const [images, labels] of new paddle.io.DataLoader(data, { batchSize: ${batchSize}, shuffle: true })) {
    const loss = F.crossEntropy(model.call(images), labels);
    loss.backward();
    optimizer.step();
    optimizer.clearGrad();
  }
}
await paddle.save(model.stateDict(), 'mnist.pdparams'); // Paddle opens it
`,
  };
}
