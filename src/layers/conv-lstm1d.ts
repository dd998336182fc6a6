import { factory } from '../config/index.ts';
import { convLstmLayer } from './conv-lstm.ts';

/** An LSTM over rows [batch, time, steps, channels] whose products are convolutions. Shi et al. 2015, https://arxiv.org/abs/1506.04214 */
export class ConvLSTM1D extends convLstmLayer(1) {
  static override readonly className = 'ConvLSTM1D';
}

/** Makes a {@link ConvLSTM1D}. */
export const convLstm1d = factory(ConvLSTM1D);
