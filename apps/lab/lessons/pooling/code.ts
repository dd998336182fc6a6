import type { Code } from '../../parts/code-view.tsx';

/** The same pools as programs. */
export const code = (size: number, stride: number): Code => ({
  keras: `import { ops, random } from 'gradus';

const picture = random.uniform([1, 28, 28, 1]); // batch, height, width, channels
const largest = ops.maxPool2d(picture, ${size}, { strides: ${stride} });
const mean = ops.avgPool2d(picture, ${size}, { strides: ${stride} });
console.log(largest.shape, mean.shape);
// As layers: layers.maxPooling2d({ poolSize: ${size}, strides: ${stride} }), layers.averagePooling2d(…)
`,
  paddle: `import paddle from 'gradus/paddle';
const F = paddle.nn.functional;

const picture = paddle.rand([1, 1, 28, 28]); // batch, channels, height, width
const largest = F.maxPool2d(picture, ${size}, { stride: ${stride} });
const mean = F.avgPool2d(picture, ${size}, { stride: ${stride} });
console.log(largest.shape, mean.shape);
// As layers: new paddle.nn.MaxPool2D(${size}, { stride: ${stride} }), new paddle.nn.AvgPool2D(…)
`,
});
