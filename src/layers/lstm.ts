import { factory, withOptions } from '../config/index.ts';
import type { Layer } from './layer.ts';
import { LSTMCell, lstmOptions } from './lstm-cell.ts';
import { pick } from './pick.ts';
import { Recurrent } from './recurrent.ts';

const Base = withOptions(Recurrent, lstmOptions, ['units']);

/**
 * Long short-term memory: a recurrent layer with gates for what is taken in, kept and shown.
 * Hochreiter and Schmidhuber, "Long short-term memory", 1997.
 */
export class LSTM extends Base {
  static override readonly className = 'LSTM';
  override inputSpec: Layer['inputSpec'] = { rank: 3 };
  readonly cell: LSTMCell;

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    this.cell = new LSTMCell({ ...pick(this, lstmOptions), name: 'lstm_cell', dtype: this.dtype });
  }
}

/** Makes an {@link LSTM}. */
export const lstm = factory(LSTM);
