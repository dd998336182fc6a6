import { constant } from '../../expr/index.ts';
import { pow } from '../../expr/math.ts';
import { update, zerosLike } from '../../ops/index.ts';
import type { Tensor as CoreTensor } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';
import type { Parameter } from '../parameter.ts';
import { type AdamArguments, AdamBase, momentOptions, nextMoments } from './adam.ts';
import type { Formulas, Numbers, RuleOptions, UpdateRequest } from './optimizer.ts';

/** Arguments of `Lamb`. */
export interface LambArguments extends Omit<AdamArguments, 'weightDecay'> {
  /** Share of each parameter that counts as gradient; 0.01 by default. */
  readonly lambWeightDecay: number;
  /** Whether a parameter does not decay. */
  readonly excludeFromWeightDecayFn: (parameter: Parameter) => boolean;
  /** Whether steps are as long as the parameter without decay, too. */
  readonly alwaysAdapt: boolean;
}

const order = [
  'learningRate',
  'lambWeightDecay',
  'beta1',
  'beta2',
  'epsilon',
  'parameters',
  'gradClip',
  'excludeFromWeightDecayFn',
  'multiPrecision',
  'alwaysAdapt',
  'name',
] as const;

const squares = (x: CoreTensor): CoreTensor => x.square().sum();

/** Adam's steps, each as long as its parameter is. You et al. 2019, https://arxiv.org/abs/1904.00962 */
export class Lamb extends AdamBase {
  readonly #excluded: (parameter: Parameter) => boolean;

  constructor(...args: Arguments<LambArguments, typeof order>) {
    const given = byName<LambArguments>('Lamb', order, args);
    super(
      { ...given, learningRate: given.learningRate ?? 0.001 },
      {
        ...momentOptions({ ...given, epsilon: given.epsilon ?? 1e-6 }),
        decay: given.lambWeightDecay ?? 0.01,
        alwaysAdapt: given.alwaysAdapt ?? false,
      },
    );
    this.#excluded = given.excludeFromWeightDecayFn ?? (() => false);
  }

  protected override scalars(step: number, rate: number, options: RuleOptions): Numbers {
    return {
      rate,
      firstShare: 1 / (1 - pow(options.beta1, step)),
      secondShare: 1 / (1 - pow(options.beta2, step)),
    };
  }

  protected override rule(): Formulas {
    return {};
  }

  protected override updateParameter(request: UpdateRequest): void {
    const { parameter, inputs, old, scalars, slots, options } = request;
    const { epsilon, alwaysAdapt } = options;
    const decay = this.#excluded(parameter) ? 0 : options.decay;
    const { moment1, moment2 } = nextMoments(old, options);
    const direction = moment1
      .mul(scalars.firstShare)
      .div(moment2.mul(scalars.secondShare).sqrt().add(epsilon));
    const weight = parameter.tensor;
    const step = zerosLike(weight.detach());
    update([direction.add(old.w.mul(decay)), moment1, moment2], inputs, [
      step,
      slots.moment1,
      slots.moment2,
    ]);
    const adapt = decay > 0 || alwaysAdapt;
    const factor = parameter.optimizeAttr.learningRate;
    const rate = inputs[inputs.length - 3];
    update(
      (w, s, r, ww, ss) => {
        const ratio = adapt
          ? ww.gt(0).select(ss.gt(0).select(ww.sqrt().div(ss.sqrt()), 1), 1)
          : constant(1);
        return [w.sub(s.mul(ratio).mul(r).mul(factor))];
      },
      [weight, step, rate, squares(weight.detach()), squares(step)],
      [weight],
    );
  }
}
