import * as layers from '../../src/layers/index.ts';
import type { LayerCases } from './layer-case.ts';

export const normalization: LayerCases = {
  batchNormalization: [() => layers.batchNormalization(), { inputShape: [4, 3] }],
  'batchNormalization of images, channels first': [
    () => layers.batchNormalization(1),
    { inputShape: [3, 2, 3, 4] },
  ],
  'batchNormalization in training': [
    () => layers.batchNormalization({ momentum: 0.5 }),
    { inputShape: [4, 3], call: { training: true }, save: false },
  ],
  'batchNormalization that leans on moving statistics': [
    () => layers.batchNormalization({ renorm: true, renormClipping: { rmax: 3, dmax: 5 } }),
    { inputShape: [4, 3] },
  ],
  layerNormalization: [() => layers.layerNormalization(), { inputShape: [3, 4] }],
  'layerNormalization over axes': [
    () => layers.layerNormalization([1, 2], 1e-5),
    { inputShape: [2, 3, 4] },
  ],
  'layerNormalization by root mean square': [
    () => layers.layerNormalization({ rmsScaling: true }),
    { inputShape: [3, 4] },
  ],
  groupNormalization: [() => layers.groupNormalization(2), { inputShape: [2, 3, 3, 4] }],
  unitNormalization: [() => layers.unitNormalization(), { inputShape: [2, 3] }],
  rmsNormalization: [() => layers.rmsNormalization(), { inputShape: [2, 3] }],
  spectralNormalization: [
    () => layers.spectralNormalization(layers.dense({ units: 3, name: 'inner' })),
    { inputShape: [2, 4], fit: false },
  ],
};
