import { factory, number, option, text, withOptions } from '../../config/index.ts';
import { ValueError } from '../../tensor/index.ts';
import { LearningRateSchedule } from './learning-rate-schedule.ts';

const item = number(0);

const numbers = () =>
  option((input: readonly number[], where: string): readonly number[] =>
    input.map((value, i) => item.parse(value, `${where}[${i}]`)),
  );

const Base = withOptions(
  LearningRateSchedule,
  {
    /** The last step of each value but the last. */
    boundaries: numbers(),
    values: numbers(),
    name: text('PiecewiseConstant'),
  },
  ['boundaries', 'values'],
);

/** `values[i]` up to step `boundaries[i]`, the last value from then on. */
export class PiecewiseConstantDecay extends Base {
  static override readonly className = 'PiecewiseConstantDecay';

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    if (this.values.length !== this.boundaries.length + 1) {
      throw new ValueError(
        `PiecewiseConstantDecay: needs one value more than boundaries, received ` +
          `${this.values.length} values and ${this.boundaries.length} boundaries`,
      );
    }
  }

  override call(step: number): number {
    const i = this.boundaries.findIndex((boundary) => step <= boundary);
    return this.values[i === -1 ? this.values.length - 1 : i];
  }
}

/** Makes a {@link PiecewiseConstantDecay}. */
export const piecewiseConstantDecay = factory(PiecewiseConstantDecay);
