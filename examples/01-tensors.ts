import { grad, matmul, random, setSeed, tensor } from 'gradus';

setSeed(7);
const image = random.uniform([28, 28, 1]);
console.log(image.shape); // [28, 28, 1]

const w = tensor(
  [
    [1, 2],
    [3, 4],
  ],
  { requiresGrad: true },
);
const cost = matmul(w, tensor([[5], [6]]))
  .sub(1)
  .square()
  .mean();
cost.backward();
console.log(w.grad!.toString()); // prints as NumPy does
console.log(cost.graph().nodes.map((node) => node.op)); // the data-flow graph

const slope = grad((x) => x.tanh().mul(x));
console.log(slope(tensor(0.5)).item());
