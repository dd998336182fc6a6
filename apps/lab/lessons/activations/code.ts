import type { Code } from '../../parts/code-view.tsx';

/** A function, its slope, and what is left of it after layers. */
export const code = (name: string, depth: number): Code => ({
  keras: `import { grad, ops, tensor } from 'gradus';

const f = (x) => ops.${name}(x);
const x = tensor([-2, -0.5, 0.5, 2]);
console.log('f(x) ', f(x).toString());
console.log("f'(x)", grad((x) => f(x).sum())(x).toString());

// The slope through a stack is the product of the slopes.
const stack = (x) => {
  for (let layer = 0; layer < ${depth}; layer++) x = f(x);
  return x;
};
console.log('after ${depth}', grad(stack)(tensor(0.5)).item());
`,
  paddle: `import paddle from 'gradus/paddle';
const F = paddle.nn.functional;

let x = paddle.toTensor(0.5, { stopGradient: false });
let y = x;
for (let layer = 0; layer < ${depth}; layer++) y = ${
    name === 'linear' ? 'y.scale(1)' : `F.${name}(y)`
  };
y.backward();
console.log('slope after ${depth} layers:', x.grad.item());
`,
});
