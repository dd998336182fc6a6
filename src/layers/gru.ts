import { factory, withOptions } from '../config/index.ts';
import { GRUCell, gruOptions } from './gru-cell.ts';
import type { Layer } from './layer.ts';
import { pick } from './pick.ts';
import { Recurrent } from './recurrent.ts';

const Base = withOptions(Recurrent, gruOptions, ['units']);

/**
 * Gated recurrent unit: a recurrent layer with gates for what is forgotten and what is renewed.
 * Cho et al. 2014, https://arxiv.org/abs/1406.1078
 */
export class GRU extends Base {
  static override readonly className = 'GRU';
  override inputSpec: Layer['inputSpec'] = { rank: 3 };
  readonly cell: GRUCell;

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    this.cell = new GRUCell({ ...pick(this, gruOptions), name: 'gru_cell', dtype: this.dtype });
  }
}

/** Makes a {@link GRU}. */
export const gru = factory(GRU);
