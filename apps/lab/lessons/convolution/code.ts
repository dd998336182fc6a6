import type { Code } from '../../parts/code-view.tsx';
import type { Kernel } from './kernels.ts';

const table = (values: readonly number[], size: number): string =>
  Array.from(
    { length: size },
    (_, row) => `  [${values.slice(row * size, (row + 1) * size).join(', ')}],`,
  ).join('\n');

/** The same convolution as programs. */
export function code(
  kernel: Kernel,
  { size, stride, padding, dilation }: Record<'size' | 'stride' | 'padding' | 'dilation', number>,
): Code {
  const rows = table(kernel[0], size);
  return {
    keras: `import { ops, random, tensor } from 'gradus';

const picture = random.uniform([1, 28, 28, 1]); // batch, height, width, channels
const kernel = tensor([
${rows}
]).reshape([${size}, ${size}, 1, 1]); // height, width, channels, kernels
const out = ops.conv2d(picture, kernel, {
  strides: ${stride},
  padding: ${padding},
  dilation: ${dilation},
});
console.log(out.shape);
// As a layer that learns its kernels:
// layers.conv2d({ filters: 8, kernelSize: ${size}, strides: ${stride}, activation: 'relu' })
`,
    paddle: `import paddle from 'gradus/paddle';
const F = paddle.nn.functional;

const picture = paddle.rand([1, 1, 28, 28]); // batch, channels, height, width
const kernel = paddle.toTensor([[[
${rows}
]]], { dtype: 'float32' }); // kernels, channels, height, width
const out = F.conv2d(picture, kernel, {
  stride: ${stride},
  padding: ${padding},
  dilation: ${dilation},
});
console.log(out.shape);
// As a layer that learns its kernels:
// new paddle.nn.Conv2D(1, 8, ${size}, { stride: ${stride}, padding: ${padding} })
`,
  };
}
