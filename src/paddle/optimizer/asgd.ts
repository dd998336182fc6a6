import { Parameter as CoreParameter, update, zeros } from '../../ops/index.ts';
import { ValueError } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';
import type { Parameter } from '../parameter.ts';
import {
  type CounterSpec,
  type Formulas,
  type Numbers,
  Optimizer,
  type OptimizerArguments,
  type RuleOptions,
  type SlotSpec,
  type UpdateRequest,
} from './optimizer.ts';

/** Arguments of `ASGD`. */
export interface ASGDArguments extends OptimizerArguments {
  /** Number of batches of an epoch, whose last gradients are kept; 1 by default. */
  readonly batchNum: number;
}

const order = [
  'learningRate',
  'batchNum',
  'parameters',
  'weightDecay',
  'gradClip',
  'multiPrecision',
  'name',
] as const;

/** Steps of the mean of the last gradient of each batch of an epoch. */
export class ASGD extends Optimizer {
  constructor(...args: Arguments<ASGDArguments, typeof order>) {
    const given = byName<ASGDArguments>('ASGD', order, args);
    const { batchNum = 1 } = given as ASGDArguments;
    if (!Number.isInteger(batchNum) || batchNum < 1) {
      throw new ValueError(`ASGD: batchNum must be a whole number >= 1, received ${batchNum}`);
    }
    super({ ...given, learningRate: given.learningRate ?? 0.001 }, { batchNum });
  }

  protected override slotSpecs(): readonly SlotSpec[] {
    return [{ name: 'd' }, { name: 'y' }];
  }

  protected override counterSpecs(): readonly CounterSpec[] {
    return [{ name: 'm', value: (steps) => steps, steps: (value) => value }];
  }

  protected override counterType(): Parameter['dtype'] {
    return 'int64';
  }

  protected override makeSlot(
    parameter: Parameter,
    name: string,
    value: number,
    options: RuleOptions,
  ): CoreParameter {
    if (name !== 'y') return super.makeSlot(parameter, name, value, options);
    const { shape, dtype, name: owner } = parameter;
    const rows = zeros([options.batchNum, ...shape], { dtype });
    return new CoreParameter(rows, { name: `${owner}_y_0`, trainable: false });
  }

  protected override stepKind(step: number, { batchNum }: RuleOptions): string {
    return String((step - 1) % batchNum);
  }

  protected override scalars(step: number, rate: number, { batchNum }: RuleOptions): Numbers {
    return { rate: rate / Math.min(step, batchNum) };
  }

  protected override rule({ w, g, d, y }: Formulas, { rate }: Formulas): Formulas {
    const sum = d.sub(y).add(g);
    return { w: w.sub(sum.mul(rate)), d: sum, y: g };
  }

  protected override updateParameter(request: UpdateRequest): void {
    const { parameter, inputs, old, scalars, slots, options, steps } = request;
    const row = slots.y.detach().index((steps - 1) % options.batchNum);
    const next = this.rule(old, scalars);
    const given = inputs.map((x) => (x === slots.y ? row : x));
    update([next.w, next.d, next.y], given, [parameter.tensor, slots.d, row]);
  }
}
