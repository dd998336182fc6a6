import * as layers from '../../src/layers/index.ts';
import type { LayerCases } from './layer-case.ts';

export const random: LayerCases = {
  dropout: [() => layers.dropout(0.5), { inputShape: [2, 3] }],
  'dropout of rows': [() => layers.dropout(0.5, [null, 1]), { inputShape: [2, 3] }],
  spatialDropout1d: [() => layers.spatialDropout1d(0.5), { inputShape: [2, 3, 4] }],
  spatialDropout2d: [() => layers.spatialDropout2d(0.5), { inputShape: [2, 3, 3, 2] }],
  spatialDropout3d: [() => layers.spatialDropout3d(0.5), { inputShape: [1, 2, 3, 2, 2] }],
  alphaDropout: [() => layers.alphaDropout(0.5), { inputShape: [2, 3] }],
  gaussianDropout: [() => layers.gaussianDropout(0.5), { inputShape: [2, 3] }],
  gaussianNoise: [() => layers.gaussianNoise(0.5), { inputShape: [2, 3] }],
};
