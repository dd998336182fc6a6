import type { Code } from '../../parts/code-view.tsx';

/** The descent as programs, with the learning rate that is set. */
export const code = (rate: number): Code => ({
  keras: `import { optimizers, Parameter, tensor } from 'gradus';

const [x, y] = [1.5, 6];
const w = new Parameter(tensor(0.5));
const optimizer = optimizers.sgd({ learningRate: ${rate} }); // or momentum: 0.9, or optimizers.adam
optimizer.build([w]);

for (let step = 0; step < 40; step++) {
  const cost = w.mul(x).sub(y).square();
  cost.backward(); // the slope, by the chain rule
  optimizer.step(); // W goes against it
  optimizer.clearGrad();
}
console.log(w.item(), 'should be', y / x);
`,
  paddle: `import paddle from 'gradus/paddle';

const [x, y] = [1.5, 6];
const w = paddle.createParameter([1], 'float32', {
  defaultInitializer: new paddle.nn.initializer.Constant(0.5),
});
const optimizer = new paddle.optimizer.SGD({ learningRate: ${rate}, parameters: [w] });

for (let step = 0; step < 40; step++) {
  const cost = paddle.square(w.multiply(x).subtract(y));
  cost.backward();
  optimizer.step();
  optimizer.clearGrad();
}
console.log(w.item(), 'should be', y / x);
`,
});
