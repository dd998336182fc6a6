import {
  badOption,
  factory,
  option,
  type Serialized,
  serialize,
  withOptions,
} from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { layerOption } from './deserialize.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { type CellRun, RnnCell } from './rnn-cell.ts';

const layer = layerOption();

/** A cell, or its form in a file. */
export function parseCell(input: RnnCell | Serialized, where: string): RnnCell {
  const cell = layer.parse(input, where);
  if (!(cell instanceof RnnCell)) throw badOption(where, 'a cell', cell);
  return cell;
}

const cells = {
  ...option((input: readonly (RnnCell | Serialized)[], where: string): readonly RnnCell[] => {
    if (!Array.isArray(input) || input.length === 0)
      throw badOption(where, 'a list of cells', input);
    return input.map((cell, i) => parseCell(cell, `${where}[${i}]`));
  }),
  write: (values: readonly RnnCell[]) => values.map((cell) => serialize(cell)),
};

/** Cells one behind the other as one cell: each gets the output of the one before it. */
export class StackedRNNCells extends withOptions(RnnCell, { cells }, ['cells']) {
  static override readonly className = 'StackedRNNCells';

  /** Each cell with the shape of its steps. */
  #withShapes(stepShape: SymbolicShape): (readonly [RnnCell, SymbolicShape])[] {
    let shape = stepShape;
    return this.cells.map((cell) => {
      const own = shape;
      shape = [stepShape[0], ...cell.outputShape(own)];
      return [cell, own] as const;
    });
  }

  override build(inputShape: SymbolicShape): void {
    for (const [cell, shape] of this.#withShapes(inputShape)) cell.build(shape);
  }

  override stateShapes(stepShape: SymbolicShape): readonly SymbolicShape[] {
    return this.#withShapes(stepShape).flatMap(([cell, shape]) => cell.stateShapes(shape));
  }

  override outputShape(stepShape: SymbolicShape): SymbolicShape {
    const [cell, shape] = this.#withShapes(stepShape).at(-1) as readonly [RnnCell, SymbolicShape];
    return cell.outputShape(shape);
  }

  override begin(training: boolean): CellRun {
    const runs = this.cells.map((cell) => cell.begin(training));
    const [first] = runs;
    return {
      prepare: (sequence) => first.prepare(sequence),
      step: (x, states) => {
        let output = x;
        let taken = 0;
        const next: Tensor[] = [];
        runs.forEach((run, i) => {
          const count = this.cells[i].stateShapes([null, ...output.shape.slice(1)]).length;
          const given = i === 0 ? output : run.prepare(output.expandDims(1)).squeeze(1);
          const result = run.step(given, states.slice(taken, taken + count));
          taken += count;
          output = result.output;
          next.push(...result.states);
        });
        return { output, states: next };
      },
    };
  }
}

/** Makes a {@link StackedRNNCells}. */
export const stackedRnnCells = factory(StackedRNNCells);
