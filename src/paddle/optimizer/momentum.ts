import { type Arguments, byName } from '../arguments.ts';
import {
  type Formulas,
  Optimizer,
  type OptimizerArguments,
  type RuleOptions,
} from './optimizer.ts';

/** Arguments of `Momentum`. */
export interface MomentumArguments extends OptimizerArguments {
  /** Share of the step before that is kept; 0.9 by default. */
  readonly momentum: number;
  /** Whether steps look ahead. */
  readonly useNesterov: boolean;
  /** Accepted and without effect, as in Paddle on a processor. */
  readonly rescaleGrad: number;
}

const order = [
  'learningRate',
  'momentum',
  'parameters',
  'useNesterov',
  'weightDecay',
  'gradClip',
  'multiPrecision',
  'rescaleGrad',
  'useMultiTensor',
  'name',
] as const;

/** Gradient descent whose steps keep a share of those before. */
export class Momentum extends Optimizer {
  constructor(...args: Arguments<MomentumArguments, typeof order>) {
    const given = byName<MomentumArguments>('Momentum', order, args);
    const { momentum = 0.9, useNesterov = false } = given as MomentumArguments;
    super({ ...given, learningRate: given.learningRate ?? 0.001 }, { momentum, useNesterov });
  }

  protected override slotSpecs() {
    return [{ name: 'velocity' }];
  }

  protected override rule(
    { w, g, velocity }: Formulas,
    { rate }: Formulas,
    { momentum, useNesterov }: RuleOptions,
  ): Formulas {
    const next = velocity.mul(momentum).add(g);
    const step = useNesterov ? g.add(next.mul(momentum)) : next;
    return { w: w.sub(step.mul(rate)), velocity: next };
  }
}
