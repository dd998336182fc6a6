import { factory } from '../config/index.ts';
import { convLstmLayer } from './conv-lstm.ts';

/** An LSTM over volumes [batch, time, depth, height, width, channels] whose products are convolutions. Shi et al. 2015, https://arxiv.org/abs/1506.04214 */
export class ConvLSTM3D extends convLstmLayer(3) {
  static override readonly className = 'ConvLSTM3D';
}

/** Makes a {@link ConvLSTM3D}. */
export const convLstm3d = factory(ConvLSTM3D);
