import { factory, withOptions } from '../config/index.ts';
import { cellOptions } from './cell-options.ts';
import type { Layer } from './layer.ts';
import { pick } from './pick.ts';
import { Recurrent } from './recurrent.ts';
import { SimpleRNNCell } from './simple-rnn-cell.ts';

const Base = withOptions(Recurrent, cellOptions, ['units']);

/**
 * A recurrent layer whose output is its state: `activation(x @ kernel + h @ recurrentKernel + bias)`.
 */
export class SimpleRNN extends Base {
  static override readonly className = 'SimpleRNN';
  override inputSpec: Layer['inputSpec'] = { rank: 3 };
  readonly cell: SimpleRNNCell;

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    this.cell = new SimpleRNNCell({
      ...pick(this, cellOptions),
      name: 'simple_rnn_cell',
      dtype: this.dtype,
    });
  }
}

/** Makes a {@link SimpleRNN}. */
export const simpleRnn = factory(SimpleRNN);
