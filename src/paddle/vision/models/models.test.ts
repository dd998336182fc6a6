import { describe, expect, test } from 'vitest';
import '../../index.ts';
import { noGrad } from '../../autograd.ts';
import { zeros } from '../../creation.ts';
import type * as nn from '../../nn/index.ts';
import * as models from './index.ts';

/** Parameters of Paddle 3.3.1's models with ten classes: sum of sizes of `parameters()`, and keys of `state_dict()`. */
const known: [string, () => nn.Layer, number, number][] = [
  ['LeNet', () => new models.LeNet(), 61_610, 10],
  ['resnet18', () => models.resnet18({ numClasses: 10 }), 11_191_242, 102],
  ['resnet50', () => models.resnet50({ numClasses: 10 }), 23_581_642, 267],
  ['mobilenetV1', () => models.mobilenetV1({ scale: 0.25, numClasses: 10 }), 221_114, 137],
  ['mobilenetV2', () => models.mobilenetV2({ scale: 0.35, numClasses: 10 }), 423_018, 262],
];

describe('models of paddle.vision', () => {
  test.each(known)('%s has the parameters of Paddle', (_, make, count, keys) => {
    const model = make();
    expect(model.parameters().reduce((sum, { size }) => sum + size, 0)).toBe(count);
    expect(Object.keys(model.stateDict())).toHaveLength(keys);
  });

  test('names of parameters are those of Paddle, in its order', () => {
    const ofResnet = Object.keys(models.resnet18({ numClasses: 10 }).stateDict());
    expect(ofResnet.slice(0, 6)).toEqual([
      ...['conv1.weight', 'bn1.weight', 'bn1.bias', 'bn1._mean', 'bn1._variance'],
      'layer1.0.conv1.weight',
    ]);
    expect(ofResnet).toContain('layer2.0.downsample.0.weight');
    const ofMobile = Object.keys(models.mobilenetV1({ scale: 0.25, numClasses: 10 }).stateDict());
    expect(ofMobile).toContain('conv5_6._depthwise_conv.0.weight');
    expect(ofMobile.slice(-2)).toEqual(['fc.weight', 'fc.bias']);
    const ofMobile2 = Object.keys(models.mobilenetV2({ scale: 0.35, numClasses: 10 }).stateDict());
    expect(ofMobile2).toContain('features.1.conv.1.weight');
    expect(ofMobile2.slice(-2)).toEqual(['classifier.1.weight', 'classifier.1.bias']);
  });

  test.each([
    ['vgg11', models.vgg11, 8],
    ['vgg13', models.vgg13, 10],
    ['vgg16', models.vgg16, 13],
    ['vgg19', models.vgg19, 16],
  ] as const)('%s has %d convolutions', (_, make, count) => {
    const plain = make({ numClasses: 0, withPool: false });
    const keys = Object.keys(plain.stateDict()).filter((key) => key.endsWith('.weight'));
    expect(keys).toHaveLength(count);
    expect(keys[0]).toBe('features.0.weight');
    const normalized = Object.keys(make({ numClasses: 0, batchNorm: true }).stateDict());
    expect(normalized.filter((key) => key.endsWith('_mean'))).toHaveLength(count);
  });

  test('they give scores, or features without classes', () => {
    const scores = (model: nn.Layer, side: number): readonly number[] => {
      model.eval();
      return noGrad(() => model.call(zeros([2, 3, side, side]))).shape;
    };
    expect(scores(models.mobilenetV2({ scale: 0.35, numClasses: 7 }), 32)).toEqual([2, 7]);
    expect(scores(models.vgg11({ numClasses: 0, withPool: false }), 32)).toEqual([2, 512, 1, 1]);
    expect(scores(models.resnet18({ numClasses: 0, withPool: false }), 32)).toEqual([2, 512, 1, 1]);
    const lenet = new models.LeNet(3);
    expect(noGrad(() => lenet.call(zeros([2, 1, 28, 28]))).shape).toEqual([2, 3]);
  });

  test('weights are not downloaded', () => {
    expect(() => models.resnet18(true)).toThrow("paddle.load('resnet18.pdparams')");
  });
});
