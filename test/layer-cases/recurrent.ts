import * as layers from '../../src/layers/index.ts';
import type { LayerCases } from './layer-case.ts';

const inputShape = [2, 3, 4];

export const recurrent: LayerCases = {
  simpleRnn: [() => layers.simpleRnn(3), { inputShape }],
  'simpleRnnCell in stackedRnnCells': [
    () => layers.rnn(layers.stackedRnnCells([layers.simpleRnnCell(2), layers.simpleRnnCell(3)])),
    { inputShape },
  ],
  lstm: [() => layers.lstm(3, { returnSequences: true }), { inputShape }],
  gru: [() => layers.gru(3, { goBackwards: true }), { inputShape }],
  'gru, reset before': [() => layers.gru(3, { resetAfter: false }), { inputShape }],
  'lstm with states': [() => layers.lstm(2, { returnState: true }), { inputShape }],
  rnn: [() => layers.rnn([layers.lstmCell(2), layers.gruCell(3)]), { inputShape }],
  bidirectional: [() => layers.bidirectional(layers.lstm(2)), { inputShape }],
  'bidirectional, summed': [
    () => layers.bidirectional(layers.gru(2, { returnSequences: true }), 'sum'),
    { inputShape },
  ],
  timeDistributed: [() => layers.timeDistributed(layers.dense(2, 'relu')), { inputShape }],
  convLstm1d: [() => layers.convLstm1d(2, 2), { inputShape: [1, 2, 4, 2] }],
  convLstm2d: [
    () => layers.convLstm2d(2, 2, { padding: 'same', dataFormat: 'channels_first' }),
    { inputShape: [1, 2, 2, 3, 4] },
  ],
  convLstm3d: [() => layers.convLstm3d(1, 2), { inputShape: [1, 2, 2, 3, 3, 1] }],
};
