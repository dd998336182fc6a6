import * as layers from '../../src/layers/index.ts';
import type { LayerCases } from './layer-case.ts';

const inputShape = [
  [2, 3, 4],
  [2, 5, 4],
];

export const attention: LayerCases = {
  attention: [() => layers.attention({ useScale: true }), { inputShape }],
  'attention, concatenated': [() => layers.attention({ scoreMode: 'concat' }), { inputShape }],
  additiveAttention: [() => layers.additiveAttention(), { inputShape }],
  multiHeadAttention: [() => layers.multiHeadAttention(2, 3, { valueDim: 2 }), { inputShape }],
  'multiHeadAttention over two axes': [
    () => layers.multiHeadAttention(2, 2, { attentionAxes: [1, 2] }),
    {
      inputShape: [
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ],
    },
  ],
  'multiHeadAttention with a gate and a window': [
    () => layers.multiHeadAttention(2, 3, { useGate: true, slidingWindow: 2 }),
    { inputShape },
  ],
  groupQueryAttention: [() => layers.groupQueryAttention(2, 4, 2), { inputShape }],
  'groupQueryAttention with a gate and a window': [
    () => layers.groupQueryAttention(2, 4, 2, { useGate: true, slidingWindow: 2 }),
    { inputShape },
  ],
};
