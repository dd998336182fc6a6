import type { Code } from '../../parts/code-view.tsx';

/** The network of the lesson, trained by a program. */
export const code: Code = {
  keras: `import { datasets, layers, multiHot, Sequential } from 'gradus';

const words = 10_000;
const [[x, y], [xTest, yTest]] = await datasets.imdb.loadData({ numWords: words });

const model = new Sequential([
  layers.input({ shape: [words] }),
  layers.dense({ units: 16, activation: 'relu' }),
  layers.dense({ units: 16, activation: 'relu' }),
  layers.dense({ units: 1, activation: 'sigmoid' }),
]);
model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
await model.fit(multiHot(x, words), y, { batchSize: 500, epochs: 4 });
await model.evaluate(multiHot(xTest, words), yTest);

const index = await datasets.imdb.getWordIndex();
const review = datasets.imdb.encodeReview('A great film!', index, { numWords: words });
console.log((await model.predict(multiHot([review], words))).toString());
`,
  paddle: `import { datasets, multiHot } from 'gradus';
import paddle from 'gradus/paddle';
const { nn } = paddle, F = nn.functional;

const words = 10_000, batch = 500;
const [[x, y]] = await datasets.imdb.loadArrays({ numWords: words });
const model = new nn.Sequential(
  new nn.Linear(words, 16), new nn.ReLU(),
  new nn.Linear(16, 16), new nn.ReLU(),
  new nn.Linear(16, 1),
);
const optimizer = new paddle.optimizer.Adam({ parameters: model.parameters() });

const lists = [...x];
for (let at = 0; at < lists.length; at += batch) {
  const reviews = multiHot(lists.slice(at, at + batch), words).toDense();
  const labels = paddle.toTensor([...y.slice(at, at + batch)], { dtype: 'float32' });
  const scores = paddle.squeeze(model.call(paddle.toTensor(reviews)), 1);
  const loss = F.binaryCrossEntropyWithLogits(scores, labels);
  loss.backward();
  optimizer.step();
  optimizer.clearGrad();
}
`,
};
