import { sizeOf } from '../../tensor/index.ts';
import { getOutput } from '../../training/output.ts';
import type { Layer } from '../nn/layer.ts';
import { type InputSize, type LayerCall, traceCalls } from './summary.ts';

type Count = (call: LayerCall) => number;

const perOutput: Count = ({ outputs }) => outputs[0].size;

const convolution: Count = ({ layer, outputs }) => {
  const { weight, bias } = layer as Layer & {
    weight: { shape: readonly number[] };
    bias: unknown;
  };
  return outputs[0].size * (sizeOf(weight.shape.slice(1)) + (bias ? 1 : 0));
};

/** Operations of layers by class, counted as Paddle does: a multiplication with its addition is one. */
const counts: Readonly<Record<string, Count>> = {
  Conv1D: convolution,
  Conv2D: convolution,
  Conv3D: convolution,
  Conv1DTranspose: convolution,
  Conv2DTranspose: convolution,
  Conv3DTranspose: convolution,
  BatchNorm1D: ({ inputs }) => 2 * inputs[0].size,
  BatchNorm2D: ({ inputs }) => 2 * inputs[0].size,
  BatchNorm3D: ({ inputs }) => 2 * inputs[0].size,
  Linear: ({ layer, outputs }) =>
    (layer as Layer & { inFeatures: number }).inFeatures * outputs[0].size,
  ReLU: perOutput,
  ReLU6: perOutput,
  LeakyReLU: perOutput,
  PReLU: perOutput,
  AvgPool1D: perOutput,
  AvgPool2D: perOutput,
  AvgPool3D: perOutput,
  AdaptiveAvgPool1D: ({ inputs, outputs }) => inputs[0].size + outputs[0].size,
  AdaptiveAvgPool2D: ({ inputs, outputs }) => inputs[0].size + outputs[0].size,
  AdaptiveAvgPool3D: ({ inputs, outputs }) => inputs[0].size + outputs[0].size,
};

/**
 * Multiplications with additions of one call of a network. `customOps` counts for classes that are not known, by name.
 * @example paddle.flops(new LeNet(), [1, 1, 28, 28])
 */
export function flops(
  network: Layer,
  inputSize: InputSize,
  {
    customOps = {},
    printDetail = false,
  }: {
    readonly customOps?: Readonly<Record<string, (call: LayerCall) => number>>;
    readonly printDetail?: boolean;
  } = {},
): number {
  let total = 0;
  traceCalls(network, inputSize, 'float32', (call) => {
    const { name } = call.layer.constructor;
    const count = customOps[name] ?? counts[name];
    const operations = count ? count(call) : 0;
    total += operations;
    if (printDetail) getOutput().write(`${name}: ${operations}\n`);
  });
  return total;
}
