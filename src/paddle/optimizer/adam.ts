import type { Expr } from '../../expr/index.ts';
import { pow } from '../../expr/math.ts';
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
import { averaged, powerOf } from './rules.ts';

/** Arguments of Adam and its relatives. */
export interface AdamArguments extends OptimizerArguments {
  /** How much of the mean gradient a step keeps; 0.9 by default. */
  readonly beta1: number;
  /** How much of the mean squared gradient a step keeps; 0.999 by default. */
  readonly beta2: number;
  /** Keeps divisors away from 0; 1e-8 by default. */
  readonly epsilon: number;
  readonly lazyMode: boolean;
  /** Whether the divisor never falls. */
  readonly amsgrad: boolean;
}

const order = [
  'learningRate',
  'beta1',
  'beta2',
  'epsilon',
  'parameters',
  'weightDecay',
  'gradClip',
  'lazyMode',
  'multiPrecision',
  'useMultiTensor',
  'amsgrad',
  'name',
] as const;

/** Optimizers that keep the mean gradient and the mean squared one: `moment1` and `moment2`. */
abstract class MomentsBase extends Optimizer {
  protected override slotSpecs(_options: RuleOptions): readonly SlotSpec[] {
    return [{ name: 'moment1' }, { name: 'moment2' }];
  }
}

/** Both moments after a step. */
export const nextMoments = (
  { g, moment1, moment2 }: Formulas,
  { beta1, beta2 }: RuleOptions,
): { readonly moment1: Expr; readonly moment2: Expr } => ({
  moment1: averaged(moment1, g, beta1),
  moment2: averaged(moment2, g.square(), beta2),
});

/** What Adam and its relatives have in common: two moments, and powers of their decay. */
export abstract class AdamBase extends MomentsBase {
  protected override slotSpecs(options: RuleOptions): readonly SlotSpec[] {
    const moments = super.slotSpecs(options);
    return options.amsgrad ? [...moments, { name: 'moment2_max' }] : moments;
  }

  protected override counterSpecs(): readonly CounterSpec[] {
    return [powerOf('beta1_pow_acc', 'beta1', 1), powerOf('beta2_pow_acc', 'beta2', 1)];
  }

  protected override scalars(step: number, rate: number, options: RuleOptions): Numbers {
    const root = Math.sqrt(1 - pow(options.beta2, step));
    const corrected = (rate * root) / (1 - pow(options.beta1, step));
    return { rate: corrected, epsilon: options.epsilon * root };
  }

  protected override rule(old: Formulas, scalars: Formulas, options: RuleOptions): Formulas {
    const { w, moment2_max: largest } = old;
    const next = nextMoments(old, options);
    const most = largest?.max(next.moment2);
    const step = next.moment1.div((most ?? next.moment2).sqrt().add(scalars.epsilon));
    return { w: w.sub(step.mul(scalars.rate)), ...next, ...(most && { moment2_max: most }) };
  }
}

/** The options of the moments. */
export const momentOptions = ({ beta1, beta2, epsilon }: Partial<AdamArguments>) => ({
  beta1: beta1 ?? 0.9,
  beta2: beta2 ?? 0.999,
  epsilon: epsilon ?? 1e-8,
});

/**
 * Steps of the mean gradient over the root of the mean squared gradient. Kingma and Ba 2014, https://arxiv.org/abs/1412.6980
 * @example new paddle.optimizer.Adam({ learningRate: 0.001, parameters: model.parameters() })
 */
export class Adam extends AdamBase {
  constructor(...args: Arguments<AdamArguments, typeof order>) {
    const given = byName<AdamArguments>('Adam', order, args);
    super(
      { ...given, learningRate: given.learningRate ?? 0.001 },
      { ...momentOptions(given), amsgrad: given.amsgrad ?? false },
    );
  }
}

/** Arguments of `AdamW`. */
export interface AdamWArguments extends AdamArguments {
  readonly useLowprecisionMoment: boolean;
  /** Factor of the rate for each parameter. */
  readonly lrRatio: (parameter: Parameter) => number;
  /** Whether the parameter of this name decays; all by default. */
  readonly applyDecayParamFun: (name: string) => boolean;
}

const orderW = [
  'learningRate',
  'beta1',
  'beta2',
  'epsilon',
  'parameters',
  'weightDecay',
  'useLowprecisionMoment',
  'lrRatio',
  'applyDecayParamFun',
  'gradClip',
  'lazyMode',
  'multiPrecision',
  'amsgrad',
  'name',
] as const;

/** Adam with a decay of the weights that is no part of the gradient. Loshchilov and Hutter 2017. */
export class AdamW extends AdamBase {
  readonly #decays: (name: string) => boolean;
  readonly #ratio: ((parameter: Parameter) => number) | null;

  constructor(...args: Arguments<AdamWArguments, typeof orderW>) {
    const given = byName<AdamWArguments>('AdamW', orderW, args);
    const weightDecay = given.weightDecay ?? 0.01;
    super(
      { ...given, weightDecay: undefined, learningRate: given.learningRate ?? 0.001 },
      { ...momentOptions(given), amsgrad: given.amsgrad ?? false, weightDecay },
    );
    this.#decays = given.applyDecayParamFun ?? (() => true);
    this.#ratio = given.lrRatio ?? null;
  }

  protected override get ownDecay(): boolean {
    return true;
  }

  protected override scalars(step: number, rate: number, options: RuleOptions): Numbers {
    return { ...super.scalars(step, rate, options), decay: rate * Number(options.weightDecay) };
  }

  protected override updateParameter(request: UpdateRequest): void {
    const { parameter, old, scalars } = request;
    const ratio = this.#ratio?.(parameter) ?? 1;
    const factor = parameter.optimizeAttr.learningRate * ratio;
    const rate = ratio === 1 ? scalars.rate : scalars.rate.mul(ratio);
    const decay = factor === 1 ? scalars.decay : scalars.decay.mul(factor);
    const w = this.#decays(parameter.name) ? old.w.sub(old.w.mul(decay)) : old.w;
    super.updateParameter({ ...request, old: { ...old, w }, scalars: { ...scalars, rate } });
  }
}

const plainOrder = [
  'learningRate',
  'beta1',
  'beta2',
  'epsilon',
  'parameters',
  'weightDecay',
  'gradClip',
  'name',
] as const;

/** Adam with the greatest gradient in place of the mean squared one. */
export class Adamax extends Optimizer {
  constructor(...args: Arguments<AdamArguments, typeof plainOrder>) {
    const given = byName<AdamArguments>('Adamax', plainOrder, args);
    super({ ...given, learningRate: given.learningRate ?? 0.001 }, momentOptions(given));
  }

  protected override slotSpecs(): readonly SlotSpec[] {
    return [{ name: 'moment' }, { name: 'inf_norm' }];
  }

  protected override counterSpecs(): readonly CounterSpec[] {
    return [powerOf('beta1_pow_acc', 'beta1', 1)];
  }

  protected override scalars(step: number, rate: number, { beta1 }: RuleOptions): Numbers {
    return { rate: rate / (1 - pow(beta1, step)) };
  }

  protected override rule(
    { w, g, moment, inf_norm: norm }: Formulas,
    { rate }: Formulas,
    { beta1, beta2, epsilon }: RuleOptions,
  ): Formulas {
    const first = averaged(moment, g, beta1);
    const greatest = g.abs().max(norm.mul(beta2).add(epsilon));
    return { w: w.sub(first.div(greatest).mul(rate)), moment: first, inf_norm: greatest };
  }
}

/** Arguments of `NAdam`. */
export interface NAdamArguments extends AdamArguments {
  readonly momentumDecay: number;
}

const orderN = [
  'learningRate',
  'beta1',
  'beta2',
  'epsilon',
  'momentumDecay',
  'parameters',
  'weightDecay',
  'gradClip',
  'name',
] as const;

/** Share of the momentum at a step. */
const momentumAt = (step: number, { beta1, momentumDecay }: RuleOptions): number =>
  beta1 * (1 - 0.5 * pow(0.96, step * momentumDecay));

/** How far the product of the shares is known, for each set of options. */
const knownProducts = new WeakMap<
  RuleOptions,
  { readonly steps: number; readonly product: number }
>();

/** The product of the shares of all steps so far; from step to step one factor more. */
function momentumProduct(steps: number, options: RuleOptions): number {
  const known = knownProducts.get(options);
  let { steps: step, product } = known && known.steps <= steps ? known : { steps: 0, product: 1 };
  while (step < steps) product *= momentumAt(++step, options);
  knownProducts.set(options, { steps, product });
  return product;
}

/** Adam with Nesterov's momentum. Dozat 2016. */
export class NAdam extends MomentsBase {
  constructor(...args: Arguments<NAdamArguments, typeof orderN>) {
    const given = byName<NAdamArguments>('NAdam', orderN, args);
    super(
      { ...given, learningRate: given.learningRate ?? 0.002 },
      { ...momentOptions(given), momentumDecay: given.momentumDecay ?? 0.004 },
    );
  }

  protected override slotSpecs(): readonly SlotSpec[] {
    return [{ name: 'moment1' }, { name: 'moment2' }];
  }

  protected override counterSpecs(): readonly CounterSpec[] {
    return [
      { name: 'momentum_decay_pow', wide: true, value: (steps) => pow(0.96, steps) },
      powerOf('beta2_pow', 'beta2', 0, true),
      { name: 'mu_product', wide: true, value: momentumProduct },
    ];
  }

  protected override stateNames(): readonly string[] {
    return ['momentum_decay_pow', 'beta2_pow', 'mu_product', 'moment1', 'moment2'];
  }

  protected override scalars(step: number, rate: number, options: RuleOptions): Numbers {
    const product = momentumProduct(step, options);
    const next = momentumAt(step + 1, options);
    return {
      rate,
      momentShare: next / (1 - product * next),
      gradientShare: (1 - momentumAt(step, options)) / (1 - product),
      secondShare: 1 / (1 - pow(options.beta2, step)),
    };
  }

  protected override rule(
    old: Formulas,
    { rate, momentShare, gradientShare, secondShare }: Formulas,
    options: RuleOptions,
  ): Formulas {
    const next = nextMoments(old, options);
    const mean = next.moment1.mul(momentShare).add(old.g.mul(gradientShare));
    const step = mean.div(next.moment2.mul(secondShare).sqrt().add(options.epsilon));
    return { w: old.w.sub(step.mul(rate)), ...next };
  }
}

/** Steps times beta2 to their power, over what is missing from 1: what `RAdam` keeps. */
function decayedSteps(steps: number, { beta2 }: RuleOptions): number {
  if (steps === 0) return 1;
  const power = pow(beta2, steps);
  return (steps * power) / (1 - power);
}

/** Adam that waits until the mean squared gradient is known well enough. Liu et al. 2019. */
export class RAdam extends MomentsBase {
  constructor(...args: Arguments<AdamArguments, typeof plainOrder>) {
    const given = byName<AdamArguments>('RAdam', plainOrder, args);
    super({ ...given, learningRate: given.learningRate ?? 0.001 }, momentOptions(given));
  }

  protected override slotSpecs(): readonly SlotSpec[] {
    return [{ name: 'moment1' }, { name: 'moment2' }];
  }

  protected override counterSpecs(): readonly CounterSpec[] {
    return [
      powerOf('beta1_pow', 'beta1', 0, true),
      powerOf('beta2_pow', 'beta2', 0, true),
      { name: 'rho', wide: true, value: decayedSteps },
    ];
  }

  protected override stateNames(): readonly string[] {
    return ['beta1_pow', 'beta2_pow', 'rho', 'moment1', 'moment2'];
  }

  protected override scalars(step: number, rate: number, options: RuleOptions): Numbers {
    const most = 2 / (1 - options.beta2) - 1;
    const known = most - 2 * decayedSteps(step, options);
    const corrected = rate / (1 - pow(options.beta1, step));
    if (known <= 5) return { rate: corrected, rectified: 0, root: 0 };
    const share = ((known - 4) * (known - 2) * most) / ((most - 4) * (most - 2) * known);
    return {
      rate: corrected,
      rectified: Math.sqrt(share),
      root: Math.sqrt(1 - pow(options.beta2, step)),
    };
  }

  protected override rule(
    old: Formulas,
    { rate, rectified, root }: Formulas,
    options: RuleOptions,
  ): Formulas {
    const next = nextMoments(old, options);
    const { moment1: mean, moment2: square } = next;
    const adaptive = mean.mul(rectified).mul(root).div(square.sqrt().add(options.epsilon));
    const step = rectified.gt(0).select(adaptive, mean);
    return { w: old.w.sub(step.mul(rate)), ...next };
  }
}
