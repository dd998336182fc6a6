import { type Arguments, byName } from '../arguments.ts';
import {
  type Formulas,
  Optimizer,
  type OptimizerArguments,
  type RuleOptions,
  type SlotSpec,
} from './optimizer.ts';
import { averaged } from './rules.ts';

/** Arguments of `Adagrad`. */
export interface AdagradArguments extends OptimizerArguments {
  readonly epsilon: number;
  readonly initialAccumulatorValue: number;
}

const adagradOrder = [
  'learningRate',
  'epsilon',
  'parameters',
  'weightDecay',
  'gradClip',
  'name',
  'initialAccumulatorValue',
] as const;

/** Gradients over the root of the sum of all their squares. Duchi et al. 2011. */
export class Adagrad extends Optimizer {
  constructor(...args: Arguments<AdagradArguments, typeof adagradOrder>) {
    const given = byName<AdagradArguments>('Adagrad', adagradOrder, args, ['learningRate']);
    const { epsilon = 1e-6, initialAccumulatorValue: initial = 0 } = given as AdagradArguments;
    super(given, { epsilon, initial });
  }

  protected override slotSpecs({ initial }: RuleOptions): readonly SlotSpec[] {
    return [{ name: 'moment', value: initial }];
  }

  protected override rule(
    { w, g, moment }: Formulas,
    { rate }: Formulas,
    { epsilon }: RuleOptions,
  ): Formulas {
    const sum = moment.add(g.square());
    return { w: w.sub(g.mul(rate).div(sum.sqrt().add(epsilon))), moment: sum };
  }
}

/** Arguments of `Adadelta`. */
export interface AdadeltaArguments extends OptimizerArguments {
  readonly epsilon: number;
  readonly rho: number;
}

const adadeltaOrder = [
  'learningRate',
  'epsilon',
  'rho',
  'parameters',
  'weightDecay',
  'gradClip',
  'name',
] as const;

/** Gradients scaled by the mean length of steps over that of gradients. Zeiler 2012. */
export class Adadelta extends Optimizer {
  constructor(...args: Arguments<AdadeltaArguments, typeof adadeltaOrder>) {
    const given = byName<AdadeltaArguments>('Adadelta', adadeltaOrder, args);
    const { epsilon = 1e-6, rho = 0.95 } = given as AdadeltaArguments;
    super({ ...given, learningRate: given.learningRate ?? 0.001 }, { epsilon, rho });
  }

  protected override slotSpecs(): readonly SlotSpec[] {
    return [{ name: '_avg_squared_grad' }, { name: '_avg_squared_update' }];
  }

  protected override rule(
    { w, g, _avg_squared_grad: squares, _avg_squared_update: steps }: Formulas,
    { rate }: Formulas,
    { epsilon, rho }: RuleOptions,
  ): Formulas {
    const mean = averaged(squares, g.square(), rho);
    const step = g.mul(steps.add(epsilon).div(mean.add(epsilon)).sqrt());
    return {
      w: w.sub(step.mul(rate)),
      _avg_squared_grad: mean,
      _avg_squared_update: averaged(steps, step.square(), rho),
    };
  }
}

/** Arguments of `RMSProp`. */
export interface RMSPropArguments extends OptimizerArguments {
  readonly rho: number;
  readonly epsilon: number;
  readonly momentum: number;
  /** Whether the variance of gradients is used in place of their mean square. */
  readonly centered: boolean;
}

const rmspropOrder = [
  'learningRate',
  'rho',
  'epsilon',
  'momentum',
  'centered',
  'parameters',
  'weightDecay',
  'gradClip',
  'name',
] as const;

/** Gradients over the root of their mean square. */
export class RMSProp extends Optimizer {
  constructor(...args: Arguments<RMSPropArguments, typeof rmspropOrder>) {
    const given = byName<RMSPropArguments>('RMSProp', rmspropOrder, args, ['learningRate']);
    const {
      rho = 0.95,
      epsilon = 1e-6,
      momentum = 0,
      centered = false,
    } = given as RMSPropArguments;
    super(given, { rho, epsilon, momentum, centered });
  }

  protected override slotSpecs(): readonly SlotSpec[] {
    return [{ name: 'momentum' }, { name: 'mean_square' }, { name: 'mean_grad' }];
  }

  protected override rule(
    { w, g, momentum, mean_square: squares, mean_grad: gradients }: Formulas,
    { rate }: Formulas,
    options: RuleOptions,
  ): Formulas {
    const { rho, epsilon, centered } = options;
    const square = averaged(squares, g.square(), rho);
    const mean = centered ? averaged(gradients, g, rho) : null;
    const spread = mean ? square.sub(mean.square()) : square;
    const step = momentum.mul(options.momentum).add(g.mul(rate).div(spread.add(epsilon).sqrt()));
    return {
      w: w.sub(step),
      momentum: step,
      mean_square: square,
      ...(mean && { mean_grad: mean }),
    };
  }
}

/** Arguments of `Rprop`. */
export interface RpropArguments extends OptimizerArguments {
  /** Least and greatest step. */
  readonly learningRateRange: readonly [number, number];
  /** Factors of a step after a change of sign, and after none. */
  readonly etas: readonly [number, number];
}

const rpropOrder = [
  'learningRate',
  'learningRateRange',
  'parameters',
  'etas',
  'gradClip',
  'multiPrecision',
  'name',
] as const;

/** Steps by the sign of gradients alone, each element with a step of its own. Riedmiller and Braun 1993. */
export class Rprop extends Optimizer {
  constructor(...args: Arguments<RpropArguments, typeof rpropOrder>) {
    const given = byName<RpropArguments>('Rprop', rpropOrder, args);
    const { learningRateRange: range = [1e-5, 50], etas = [0.5, 1.2] } = given as RpropArguments;
    const learningRate = given.learningRate ?? 0.001;
    const initial = typeof learningRate === 'number' ? learningRate : learningRate.call();
    super({ ...given, learningRate }, { range, etas, initial });
  }

  protected override slotSpecs({ initial }: RuleOptions): readonly SlotSpec[] {
    return [{ name: 'prevs' }, { name: 'learning_rates', value: initial }];
  }

  protected override rule(
    { w, g, prevs, learning_rates: rates }: Formulas,
    _scalars: Formulas,
    { range: [least, most], etas: [smaller, larger] }: RuleOptions,
  ): Formulas {
    const agreement = g.mul(prevs);
    const factor = agreement.gt(0).select(larger, agreement.lt(0).select(smaller, 1));
    const next = rates.mul(factor).max(least).min(most);
    const kept = agreement.lt(0).select(0, g);
    return { w: w.sub(kept.sign().mul(next)), prevs: kept, learning_rates: next };
  }
}
