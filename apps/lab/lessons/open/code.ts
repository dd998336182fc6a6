import type { Code } from '../../parts/code-view.tsx';

/** How a program looks into files. */
export const code: Code = {
  keras: `import { inspectFile, loadModel, loadTensors } from 'gradus';

const { label, parameters, tensors } = await inspectFile('model.h5'); // nothing is built
console.log(label, parameters, tensors);

const file = await loadTensors('model.h5'); // .keras, .safetensors, .npz, .pdparams, .pth: the same
for await (const [name, tensor] of file) console.log(name, tensor.shape, tensor.std().toString());
await file.close();

const model = await loadModel('model.h5'); // runs no code of the file
model.summary();
`,
  paddle: `import paddle from 'gradus/paddle';

const state = paddle.load('model.pdparams'); // data alone: nothing in a file is run
for (const [name, tensor] of Object.entries(state)) {
  console.log(name, tensor.shape, paddle.std(tensor).item());
}

const network = new paddle.nn.Sequential(new paddle.nn.Linear(784, 10));
network.setStateDict(state);
paddle.summary(network, [1, 784]);
`,
};
