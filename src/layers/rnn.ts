import { factory, option, type Serialized, serialize, withOptions } from '../config/index.ts';
import type { Layer } from './layer.ts';
import { Recurrent } from './recurrent.ts';
import type { RnnCell } from './rnn-cell.ts';
import { parseCell, stackedRnnCells } from './stacked-rnn-cells.ts';

type CellLike = RnnCell | Serialized;

const cell = {
  ...option(
    (input: CellLike | readonly CellLike[], where: string): RnnCell =>
      Array.isArray(input)
        ? stackedRnnCells(input as readonly CellLike[])
        : parseCell(input as CellLike, where),
  ),
  write: (value: RnnCell) => serialize(value),
};

/** A recurrent layer with a cell of your choice, or several one behind the other. */
export class RNN extends withOptions(Recurrent, { cell }, ['cell']) {
  static override readonly className = 'RNN';
  override inputSpec: Layer['inputSpec'] = { minRank: 3 };
}

/** Makes an {@link RNN}. */
export const rnn = factory(RNN);
