import { factory } from '../config/index.ts';
import { convLstmLayer } from './conv-lstm.ts';

/** An LSTM over images [batch, time, height, width, channels] whose products are convolutions. Shi et al. 2015, https://arxiv.org/abs/1506.04214 */
export class ConvLSTM2D extends convLstmLayer(2) {
  static override readonly className = 'ConvLSTM2D';
}

/** Makes a {@link ConvLSTM2D}. */
export const convLstm2d = factory(ConvLSTM2D);
