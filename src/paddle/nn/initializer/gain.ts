import { spelling } from '../../../config/index.ts';
import { ValueError } from '../../../tensor/index.ts';
import { define } from '../../signature.ts';

const gains: Readonly<Record<string, (slope: number) => number>> = {
  sigmoid: () => 1,
  linear: () => 1,
  conv1d: () => 1,
  conv2d: () => 1,
  conv3d: () => 1,
  conv1dtranspose: () => 1,
  conv2dtranspose: () => 1,
  conv3dtranspose: () => 1,
  convtranspose1d: () => 1,
  convtranspose2d: () => 1,
  convtranspose3d: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.sqrt(2),
  leakyrelu: (slope) => Math.sqrt(2 / (1 + slope ** 2)),
  selu: () => 3 / 4,
};

/** How much wider weights must be spread for an activation; `param` is the slope of `leakyRelu`. */
export const calculateGain = define(
  'calculateGain',
  ['nonlinearity'],
  ['param'],
  (nonlinearity: string, param: number = 0.01): number => {
    const gain = Object.hasOwn(gains, spelling(nonlinearity))
      ? gains[spelling(nonlinearity)]
      : undefined;
    if (!gain) {
      throw new ValueError(
        `calculateGain: unknown activation '${nonlinearity}'; known: ${Object.keys(gains).join(', ')}`,
      );
    }
    return gain(param);
  },
);
