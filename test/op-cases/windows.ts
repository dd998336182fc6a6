import * as ops from '../../src/ops/index.ts';
import { distinct, type OpCase, shaped } from './operand.ts';

const convCase = (
  name: string,
  x: number[],
  filter: number[],
  options: ops.ConvOptions = {},
): OpCase => ({
  name: `conv2d ${name}`,
  inputs: [shaped(...x), shaped(...filter)],
  f: (image, weights) => ops.conv2d(image, weights, options),
});

export const windowCases: OpCase[] = [
  convCase('1x1', [1, 1, 1, 1], [1, 1, 1, 1]),
  convCase('valid', [2, 4, 5, 2], [3, 2, 2, 3]),
  convCase('same', [1, 5, 4, 2], [3, 3, 2, 2], { padding: 'same' }),
  convCase('same, even window', [1, 4, 4, 1], [2, 4, 1, 2], { padding: 'same' }),
  convCase('strides', [1, 6, 5, 2], [3, 3, 2, 1], { strides: 2, padding: 'same' }),
  convCase('strides beyond the window', [1, 7, 7, 1], [2, 2, 1, 1], { strides: 3 }),
  convCase('dilation', [1, 6, 6, 1], [3, 2, 1, 2], { dilation: [2, 3] }),
  convCase('groups', [1, 4, 4, 4], [3, 3, 2, 6], { groups: 2, padding: 1 }),
  convCase('odd padding', [1, 3, 3, 1], [3, 3, 1, 1], {
    padding: [
      [2, 0],
      [0, 1],
    ],
  }),
  convCase('no images', [0, 3, 3, 1], [2, 2, 1, 1]),
  convCase('many channels', [1, 3, 3, 9], [3, 3, 9, 10], { padding: 'same' }),
  {
    name: 'conv2d bias and activation',
    inputs: [shaped(2, 4, 4, 2), shaped(3, 3, 2, 3), shaped(3)],
    f: (x, w, bias) => ops.conv2d(x, w, { padding: 'same', bias, activation: 'tanh' }),
  },
  {
    name: 'conv2d relu',
    inputs: [shaped(1, 4, 4, 2), shaped(3, 3, 2, 3), shaped(3)],
    f: (x, w, bias) => ops.conv2d(x, w, { bias, activation: 'relu' }),
  },
  {
    name: 'conv1d',
    inputs: [shaped(2, 6, 2), shaped(3, 2, 2), shaped(2)],
    f: (x, w, bias) => ops.conv1d(x, w, { strides: 2, padding: 'same', bias }),
  },
  {
    name: 'conv1d causal',
    inputs: [shaped(1, 6, 2), shaped(3, 2, 1)],
    f: (x, w) => ops.conv1d(x, w, { padding: 'causal', dilation: 2 }),
  },
  {
    name: 'conv3d',
    inputs: [shaped(1, 4, 3, 3, 2), shaped(2, 2, 2, 2, 2), shaped(2)],
    f: (x, w, bias) => ops.conv3d(x, w, { padding: 'same', strides: [2, 1, 1], bias }),
    order: 1,
  },
  {
    name: 'conv3d groups',
    inputs: [shaped(1, 3, 2, 2, 4), shaped(2, 1, 2, 2, 4)],
    f: (x, w) => ops.conv3d(x, w, { groups: 2 }),
    order: 1,
  },
  ...(
    [
      { strides: 2, padding: 'same' },
      { strides: 2, padding: 'valid' },
      { strides: 3, padding: 'valid' },
      { strides: 2, padding: 'same', outputPadding: 1 },
      { strides: 2, padding: 1, outputPadding: 1 },
      { strides: 1, padding: 'same', dilation: 2 },
    ] as const
  ).map(
    (options): OpCase => ({
      name: `conv2dTranspose ${JSON.stringify(options)}`,
      inputs: [shaped(1, 3, 2, 2), shaped(3, 2, 2, 2)],
      f: (x, w) => ops.conv2dTranspose(x, w, options),
    }),
  ),
  {
    name: 'conv2dTranspose bias, relu, groups',
    inputs: [shaped(1, 3, 3, 4), shaped(3, 3, 1, 4), shaped(2)],
    f: (x, w, bias) =>
      ops.conv2dTranspose(x, w, { groups: 2, bias, activation: 'relu', strides: 2 }),
  },
  {
    name: 'conv1dTranspose',
    inputs: [shaped(1, 4, 2), shaped(3, 3, 2)],
    f: (x, w) => ops.conv1dTranspose(x, w, { strides: 2, padding: 'same' }),
  },
  {
    name: 'conv3dTranspose',
    inputs: [shaped(1, 2, 2, 2, 2), shaped(2, 3, 2, 1, 2)],
    f: (x, w) => ops.conv3dTranspose(x, w, { strides: [2, 1, 2], padding: 'same' }),
    order: 1,
  },
  {
    name: 'depthwiseConv2d',
    inputs: [shaped(1, 4, 4, 3), shaped(3, 3, 3, 2)],
    f: (x, w) => ops.depthwiseConv2d(x, w, { padding: 'same', strides: [1, 1] }),
  },
  {
    name: 'depthwiseConv2d, strides',
    inputs: [shaped(2, 5, 5, 2), shaped(3, 3, 2, 1)],
    f: (x, w) => ops.depthwiseConv2d(x, w, { strides: 2, padding: 'same' }),
  },
  {
    name: 'separableConv2d',
    inputs: [shaped(1, 4, 4, 2), shaped(3, 3, 2, 1), shaped(1, 1, 2, 3), shaped(3)],
    f: (x, d, p, bias) => ops.separableConv2d(x, d, p, { bias, activation: 'sigmoid' }),
  },
  {
    name: 'separableConv1d',
    inputs: [shaped(1, 6, 2), shaped(3, 2, 1), shaped(1, 2, 3)],
    f: (x, d, p) => ops.separableConv1d(x, d, p, { padding: 'causal' }),
  },
  { name: 'maxPool2d', inputs: [distinct(2, 4, 4, 2)], f: (x) => ops.maxPool2d(x, 2).square() },
  {
    name: 'maxPool2d overlapping, same',
    inputs: [distinct(1, 5, 4, 2)],
    f: (x) => ops.maxPool2d(x, 3, { strides: 2, padding: 'same' }).square(),
  },
  {
    name: 'maxPool2d ceil, padded',
    inputs: [distinct(1, 4, 6, 1)],
    f: (x) => ops.maxPool2d(x, [3, 2], { strides: [2, 3], padding: 1, ceilMode: true }).square(),
  },
  {
    name: 'maxPool2d dilated',
    inputs: [distinct(1, 5, 5, 1)],
    f: (x) => ops.maxPool2d(x, 2, { strides: 1, dilation: 2 }).square(),
  },
  { name: 'avgPool2d', inputs: [shaped(2, 4, 4, 2)], f: (x) => ops.avgPool2d(x, 2).square() },
  {
    name: 'avgPool2d same',
    inputs: [shaped(1, 5, 4, 2)],
    f: (x) => ops.avgPool2d(x, 3, { strides: 2, padding: 'same' }).square(),
  },
  {
    name: 'avgPool2d counting padding',
    inputs: [shaped(1, 4, 4, 1)],
    f: (x) => ops.avgPool2d(x, 3, { strides: 1, padding: 1, countPadding: true }).square(),
  },
  {
    name: 'avgPool2d counting padding, ceil',
    inputs: [shaped(1, 6, 5, 2)],
    f: (x) =>
      ops.avgPool2d(x, 3, { strides: 2, padding: 1, countPadding: true, ceilMode: true }).square(),
  },
  {
    name: 'depthwiseConv1d',
    inputs: [shaped(1, 6, 2), shaped(3, 2, 2)],
    f: (x, w) => ops.depthwiseConv1d(x, w, { padding: 'same', strides: 2 }),
  },
  {
    name: 'adaptiveMaxPool3d',
    inputs: [distinct(1, 3, 4, 3, 1)],
    f: (x) => ops.adaptiveMaxPool3d(x, [2, 2, 1]).square(),
  },
  { name: 'maxPool1d', inputs: [distinct(2, 6, 2)], f: (x) => ops.maxPool1d(x, 2).square() },
  {
    name: 'avgPool1d',
    inputs: [shaped(1, 7, 2)],
    f: (x) => ops.avgPool1d(x, 3, { padding: 'same', strides: 2 }).square(),
  },
  {
    name: 'maxPool3d',
    inputs: [distinct(1, 4, 2, 3, 2)],
    f: (x) => ops.maxPool3d(x, 2, { padding: 'same' }).square(),
  },
  {
    name: 'avgPool3d',
    inputs: [shaped(1, 3, 3, 2, 2)],
    f: (x) => ops.avgPool3d(x, [2, 2, 1], { strides: 1, padding: 'same' }).square(),
  },
  {
    name: 'adaptiveAvgPool2d',
    inputs: [shaped(1, 5, 4, 2)],
    f: (x) => ops.adaptiveAvgPool2d(x, [3, 2]).square(),
  },
  {
    name: 'adaptiveMaxPool2d',
    inputs: [distinct(1, 5, 4, 2)],
    f: (x) => ops.adaptiveMaxPool2d(x, [3, 2]).square(),
  },
  {
    name: 'adaptiveAvgPool1d',
    inputs: [shaped(2, 6, 1)],
    f: (x) => ops.adaptiveAvgPool1d(x, 4).square(),
  },
  {
    name: 'adaptiveAvgPool3d',
    inputs: [shaped(1, 4, 3, 2, 1)],
    f: (x) => ops.adaptiveAvgPool3d(x, [2, 2, 2]).square(),
  },
  ...(['nearest', 'bilinear', 'bicubic', 'area'] as const).flatMap((method): OpCase[] => [
    {
      name: `resize ${method} larger`,
      inputs: [shaped(1, 3, 4, 2)],
      f: (x) => ops.resize(x, [5, 6], { method }).square(),
    },
    {
      name: `resize ${method} smaller`,
      inputs: [shaped(5, 4, 1)],
      f: (x) => ops.resize(x, [2, 3], { method }).square(),
    },
  ]),
  {
    name: 'upsample2d',
    inputs: [shaped(1, 2, 3, 2)],
    f: (x) => ops.upsample2d(x, [2, 3]).square(),
  },
];
