import type { Code } from '../../parts/code-view.tsx';

/** A head on a network of the hub, as a program. */
export const code: Code = {
  keras: `import { layers, Sequential, toCategorical } from 'gradus';
import { hub } from 'gradus/hub';

const base = await hub.load('mobilenet_v2'); // from the cache, a mirror or the network
const cats = ['cat1.jpg', 'cat2.jpg'], dogs = ['dog1.jpg', 'dog2.jpg']; // twenty of each
const x = await base.features([...cats, ...dogs]); // [photos, 1280]
const y = toCategorical([...cats.map(() => 0), ...dogs.map(() => 1)], 2);

const head = new Sequential([
  layers.input({ shape: [x.shape[1]] }),
  layers.dropout({ rate: 0.3 }),
  layers.dense({ units: 2, activation: 'softmax' }),
]);
head.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
await head.fit(x, y, { epochs: 60, batchSize: 16 });
console.log((await head.predict(await base.features(['new.jpg']))).toString());
`,
  paddle: `import { hub } from 'gradus/hub';
import paddle from 'gradus/paddle';
const { nn } = paddle, F = nn.functional;

const base = await hub.load('mobilenet_v2');
const cats = ['cat1.jpg', 'cat2.jpg'], dogs = ['dog1.jpg', 'dog2.jpg']; // twenty of each
const features = paddle.toTensor(await base.features([...cats, ...dogs]));
const labels = paddle.toTensor([...cats.map(() => 0), ...dogs.map(() => 1)]);

const head = new nn.Sequential(new nn.Dropout(0.3), new nn.Linear(features.shape[1], 2));
const optimizer = new paddle.optimizer.Adam({ parameters: head.parameters() });
for (let epoch = 0; epoch < 60; epoch++) {
  const loss = F.crossEntropy(head.call(features), labels);
  loss.backward();
  optimizer.step();
  optimizer.clearGrad();
}
`,
};
