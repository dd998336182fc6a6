import * as layers from '../../src/layers/index.ts';
import type { LayerCases } from './layer-case.ts';

export const core: LayerCases = {
  dense: [() => layers.dense(4, 'tanh'), { inputShape: [3, 5] }],
  'dense over more axes': [
    () => layers.dense({ units: 2, useBias: false, kernelRegularizer: 'l2' }),
    { inputShape: [2, 3, 4] },
  ],
  einsumDense: [
    () => layers.einsumDense('abc,cde->abde', [null, 2, 3], { biasAxes: 'de' }),
    { inputShape: [2, 3, 4] },
  ],
  'einsumDense with dots': [
    () => layers.einsumDense('...x,xy->...y', 6, { biasAxes: 'y', activation: 'relu' }),
    { inputShape: [2, 3, 4] },
  ],
  embedding: [
    () => layers.embedding(7, 3),
    { inputShape: [2, 4], inputDtype: 'int32', largest: 6 },
  ],
  reversibleEmbedding: [
    () => layers.reversibleEmbedding(7, 3),
    { inputShape: [2, 4], inputDtype: 'int32', largest: 6 },
  ],
  'reversibleEmbedding backwards': [
    () => layers.reversibleEmbedding(7, 3, { tieWeights: false, logitSoftCap: 2 }),
    { inputShape: [2, 3], call: { reverse: true }, fit: false },
  ],
  flatten: [() => layers.flatten(), { inputShape: [2, 3, 4] }],
  reshape: [() => layers.reshape([-1, 2]), { inputShape: [2, 3, 4] }],
  permute: [() => layers.permute([2, 1]), { inputShape: [2, 3, 4] }],
  repeatVector: [() => layers.repeatVector(3), { inputShape: [2, 4] }],
  identity: [() => layers.identity(), { inputShape: [2, 4] }],
  masking: [() => layers.masking(0), { inputShape: [2, 3, 4] }],
  activityRegularization: [() => layers.activityRegularization(0.1, 0.2), { inputShape: [2, 3] }],
  activation: [() => layers.activation('softplus'), { inputShape: [2, 3] }],
  relu: [() => layers.relu({ negativeSlope: 0.1, threshold: 0.2 }), { inputShape: [2, 5] }],
  leakyRelu: [() => layers.leakyRelu(0.2), { inputShape: [2, 5] }],
  prelu: [
    () => layers.prelu({ sharedAxes: [1], alphaInitializer: 'ones' }),
    { inputShape: [2, 3, 4] },
  ],
  elu: [() => layers.elu(0.5), { inputShape: [2, 5] }],
  softmax: [() => layers.softmax(), { inputShape: [2, 5] }],
  rescaling: [() => layers.rescaling([0.1, 0.2], [1, 2]), { inputShape: [3, 2] }],
  normalization: [
    () => layers.normalization({ mean: [0.1, 0.2], variance: [1, 2] }),
    { inputShape: [3, 2] },
  ],
  add: [
    () => layers.add(),
    {
      inputShape: [
        [2, 3],
        [2, 3],
      ],
    },
  ],
  subtract: [
    () => layers.subtract(),
    {
      inputShape: [
        [2, 3],
        [2, 1],
      ],
    },
  ],
  multiply: [
    () => layers.multiply(),
    {
      inputShape: [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
    },
  ],
  average: [
    () => layers.average(),
    {
      inputShape: [
        [2, 3],
        [2, 3],
      ],
    },
  ],
  maximum: [
    () => layers.maximum(),
    {
      inputShape: [
        [2, 3],
        [2, 3],
      ],
    },
  ],
  minimum: [
    () => layers.minimum(),
    {
      inputShape: [
        [2, 3],
        [2, 3],
      ],
    },
  ],
  concatenate: [
    () => layers.concatenate(),
    {
      inputShape: [
        [2, 3],
        [2, 4],
      ],
    },
  ],
  dot: [
    () => layers.dot(1, { normalize: true }),
    {
      inputShape: [
        [2, 3],
        [2, 3],
      ],
    },
  ],
  'dot of sequences': [
    () => layers.dot([2, 1]),
    {
      inputShape: [
        [2, 3, 4],
        [2, 4, 5],
      ],
    },
  ],
  categoryEncoding: [
    () => layers.categoryEncoding(5, 'count'),
    { inputShape: [2, 3], inputDtype: 'int32', largest: 4 },
  ],
  discretization: [
    () => layers.discretization([-0.5, 0, 0.5]),
    { inputShape: [2, 3], gradient: false },
  ],
  integerLookup: [
    () => layers.integerLookup({ vocabulary: [3, 1, 4] }),
    { inputShape: [2, 3], inputDtype: 'int32', largest: 5 },
  ],
};
