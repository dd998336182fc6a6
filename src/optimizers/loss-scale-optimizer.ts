import { noGrad } from '../autograd/index.ts';
import {
  type Arguments,
  type Config,
  factory,
  integer,
  number,
  option,
  required,
  serialize,
  withDefault,
  withOptions,
} from '../config/index.ts';
import {
  all,
  assign,
  copy,
  elementwise,
  isFinite as isFiniteNumber,
  logicalAnd,
  Parameter,
  update,
} from '../ops/index.ts';
import { occurrencesOf, rememberOccurrences } from '../ops/indexing/occurrences.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import { getOptimizer, type OptimizerLike } from './get.ts';
import { HostVariable } from './host-variable.ts';
import type { RateSource } from './learning-rate.ts';
import { Optimizer } from './optimizer.ts';
import { optimizerOptions } from './optimizer-options.ts';

const options = {
  /** The optimizer that takes the steps. */
  innerOptimizer: required(
    option((input: OptimizerLike, where: string): Optimizer => getOptimizer(input, where), 'sgd', {
      write: serialize,
    }),
  ),
  /** The first scale; better too large than too small, since it falls faster than it grows. */
  initialScale: withDefault(number(1, { min: 0, above: true }), 2 ** 15),
  /** After so many steps without overflow the scale is doubled. */
  dynamicGrowthSteps: integer(2000, { min: 1 }),
};

/**
 * Multiplies the loss by a scale, so that small gradients survive in float16, and divides the gradients by it. A step with a
 * gradient that is not finite is taken back, and the scale halved. Micikevicius et al. 2017, https://arxiv.org/abs/1710.03740
 * @example lossScaleOptimizer('adam')
 */
export class LossScaleOptimizer extends withOptions(Optimizer, options, ['innerOptimizer']) {
  static override readonly className = 'LossScaleOptimizer';
  readonly #counter: HostVariable;
  readonly #scale: HostVariable;
  /** 1 if all gradients of the last step were finite. */
  readonly #finite = new Parameter(1, { name: 'finite', trainable: false });
  /** What the last step has changed on the host, until it is known whether that step counts. */
  #changed: readonly (readonly [HostVariable, number])[] | null = null;

  constructor(...args: Arguments<typeof optimizerOptions & typeof options, ['innerOptimizer']>) {
    super(...args);
    const { name: _, learningRate: rate, ...others } = optimizerOptions;
    const given = (Object.keys(others) as (keyof typeof others)[]).filter(
      (name) => this[name] !== others[name].initial,
    );
    if (super.learningRate !== Math.fround(Number(rate.initial)))
      given.push('learningRate' as never);
    if (given.length) {
      throw new ValueError(`LossScaleOptimizer: give ${given.join(', ')} to the inner optimizer`);
    }
    super.learningRate = 0;
    this.innerOptimizer.lossScaleFactor = null;
    this.#counter = new HostVariable(`${this.name}/step_counter`, 0, 'int64');
    this.#scale = new HostVariable(`${this.name}/dynamic_scale`, this.initialScale);
  }

  /** That of the inner optimizer. */
  override get learningRate(): number {
    return this.innerOptimizer.learningRate;
  }

  override set learningRate(source: RateSource) {
    if (this.innerOptimizer) this.innerOptimizer.learningRate = source;
    else super.learningRate = source; // still reading the options
  }

  override get iterations(): number {
    this.#settle();
    return this.innerOptimizer.iterations;
  }

  /** What the loss is multiplied by now. */
  get dynamicScale(): number {
    this.#settle();
    return this.#scale.value;
  }

  override get variables(): Parameter[] {
    this.#settle();
    return [...super.variables, ...this.innerOptimizer.variables];
  }

  override get movingAverages(): Parameter[] {
    return this.innerOptimizer.movingAverages;
  }

  override build(parameters: readonly Parameter[]): void {
    if (this.built) return;
    this.innerOptimizer.build(parameters);
    super.build(parameters);
    this.state.variables.push(this.#counter, this.#scale);
  }

  override excludeFromWeightDecay(excluded: readonly (Parameter | string)[]): void {
    this.innerOptimizer.excludeFromWeightDecay(excluded);
  }

  override scaleLoss(loss: Tensor): Tensor {
    return loss.mul(this.#scale);
  }

  /** Reads how the last step went: moves the scale, and forgets the step if its gradients were not finite. */
  #settle(): void {
    const changed = this.#changed;
    if (!changed) return;
    this.#changed = null;
    if (this.#finite.item() === 0) {
      for (const [variable, before] of changed) variable.value = before;
      this.#counter.value = 0;
      this.#scale.value /= 2;
    } else if (this.#counter.value === this.dynamicGrowthSteps - 1) {
      this.#counter.value = 0;
      this.#scale.value *= 2;
    } else {
      this.#counter.value++;
    }
  }

  override prepareStep(): string {
    this.#settle();
    const inner = this.innerOptimizer;
    const values = inner.variables.flatMap((variable): [HostVariable, number][] =>
      variable instanceof HostVariable ? [[variable, variable.value]] : [],
    );
    const kind = inner.prepareStep();
    this.#changed = values.filter(([variable, before]) => variable.value !== before);
    return kind;
  }

  override applyGradients(
    gradients: readonly (Tensor | null)[],
    parameters: readonly Parameter[] = this.parameters,
  ): void {
    noGrad(() => {
      const found = gradients.filter((gradient) => gradient !== null);
      if (found.length) {
        assign(
          this.#finite,
          found
            .map((g) => all(isFiniteNumber(g)))
            .reduce(logicalAnd)
            .cast('float32'),
        );
      }
      const protectedTensors = [...parameters, ...this.innerOptimizer.variables].filter(
        (variable) => !(variable instanceof HostVariable),
      );
      const before = protectedTensors.map(copy);
      const unscaled = gradients.map((gradient) => gradient && this.#unscaled(gradient));
      this.innerOptimizer.applyGradients(unscaled, parameters);
      protectedTensors.forEach((target, i) => {
        update(
          (now, old, finite) => [finite.eq(0).select(old, now)],
          [target, before[i], this.#finite],
          [target],
        );
      });
    });
  }

  /** The gradient, and what it is the sum of, without the scale. */
  #unscaled(gradient: Tensor): Tensor {
    const divide = (x: Tensor): Tensor =>
      elementwise('unscale', (g, scale) => g.div(scale), [x, this.#scale], { dtype: x.dtype });
    const result = divide(gradient);
    const occurrences = occurrencesOf(gradient);
    if (!occurrences) return result;
    const { updates, indices } = occurrences;
    return rememberOccurrences(result, { updates: divide(updates), indices });
  }

  override finalizeVariableValues(parameters: readonly Parameter[] = this.parameters): void {
    this.innerOptimizer.finalizeVariableValues(parameters);
  }

  override getConfig(): Config {
    const { name, innerOptimizer, initialScale, dynamicGrowthSteps } = this;
    return {
      name,
      innerOptimizer: serialize(innerOptimizer),
      initialScale,
      dynamicGrowthSteps,
    };
  }

  protected override rule(): never {
    throw new ValueError('LossScaleOptimizer: the inner optimizer has the rule');
  }
}

/** Makes a {@link LossScaleOptimizer}. */
export const lossScaleOptimizer = factory(LossScaleOptimizer);
