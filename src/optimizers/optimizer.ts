import '../ops/methods.ts';
import { clearGradient, noGrad } from '../autograd/index.ts';
import {
  type Arguments,
  type Config,
  Configurable,
  instanceName,
  uniqueName,
  withOptions,
} from '../config/index.ts';
import { constant, type Expr, input } from '../expr/index.ts';
import { type Parameter, update } from '../ops/index.ts';
import { occurrencesOf } from '../ops/indexing/occurrences.ts';
import {
  formatShape,
  GradusError,
  type NestedArray,
  runInScope,
  Scope,
  ShapeError,
  StepOwner,
  sameShape,
  Tensor,
  ValueError,
} from '../tensor/index.ts';
import { scalesByGlobalNorm, scalesByNorm } from './clip-gradients.ts';
import { finished, type GradientFormula, sumOfOccurrences } from './gradient-formula.ts';
import { HostVariable } from './host-variable.ts';
import { type RateSource, writeLearningRate } from './learning-rate.ts';
import { optimizerOptions } from './optimizer-options.ts';
import { OptimizerState } from './optimizer-state.ts';
import { LearningRateSchedule } from './schedules/learning-rate-schedule.ts';
import { type Scalars, StepScalars } from './step-scalars.ts';

/** Formulas by name: `w` and `g` for a weight and its gradient, slots and scalars by their names. */
export type Formulas = Readonly<Record<string, Expr>>;

/**
 * What a step does: an update, an update after which the averages replace the weights, or (between updates, where gradients
 * are accumulated) neither.
 */
type StepKind = 'update' | 'overwrite' | 'accumulate';

/**
 * Changes weights so that the loss gets smaller. A subclass is a rule: formulas for a weight and its slots (the tensors
 * that are kept for it). Clipping, decay, averages, accumulation and state are here.
 *
 * A step has two parts. `prepareStep()` computes on the host what changes from step to step and writes it into a small tensor;
 * `applyGradients()` is kernel calls only, one for each weight, so that a recorded step can be run again.
 */
export abstract class Optimizer extends withOptions(Configurable, optimizerOptions) {
  static override readonly module: string = 'keras.optimizers';
  declare name: string;
  private declare rateSource: RateSource;
  /** Weights that the optimizer was built for. */
  parameters: readonly Parameter[] = [];
  /** Whether the state exists. */
  built = false;
  protected readonly state: OptimizerState;
  readonly #iteration: HostVariable;
  #rate: HostVariable | null;
  readonly #scalars = new StepScalars();
  #kind: StepKind = 'update';
  readonly #owner = new StepOwner();
  readonly #withoutDecay = new Set<Parameter>();

  constructor(...args: Arguments<typeof optimizerOptions>) {
    super(...args);
    this.name ??= uniqueName(instanceName(this.className));
    const clips = [this.clipnorm, this.globalClipnorm, this.clipvalue].filter((c) => c !== null);
    if (clips.length > 1) {
      throw new ValueError(
        `${this.className}: only one of clipnorm, globalClipnorm and clipvalue can be given`,
      );
    }
    this.state = new OptimizerState(this.name);
    this.#iteration = new HostVariable(`${this.name}/iteration`, 0, 'int64');
    this.#rate = this.#rateVariable();
  }

  #rateVariable(): HostVariable | null {
    return typeof this.rateSource === 'number'
      ? new HostVariable(`${this.name}/learning_rate`, this.rateSource)
      : null;
  }

  /** Size of the next step. Setting it replaces a schedule, too. */
  override get learningRate(): number {
    if (this.#rate) return this.#rate.value;
    const source = this.rateSource;
    if (source instanceof LearningRateSchedule) return source.call(this.#iteration.value);
    return typeof source === 'function' ? source() : source;
  }

  override set learningRate(source: RateSource) {
    this.rateSource = source;
    if (!(#rate in this)) return; // still reading the options
    if (typeof source === 'number' && this.#rate) this.#rate.value = source;
    else this.#rate = this.#rateVariable();
  }

  /** Updates so far. */
  get iterations(): number {
    return Math.floor(this.#iteration.value / (this.gradientAccumulationSteps ?? 1));
  }

  /** The whole state, in Keras' order: iteration, learning rate, averages and accumulators, then the slots. */
  get variables(): Parameter[] {
    return [this.#iteration, ...(this.#rate ? [this.#rate] : []), ...this.state.variables];
  }

  /** Sets the state, in the order of `variables`. */
  setWeights(values: readonly (Tensor | NestedArray)[]): void {
    const { variables } = this;
    if (values.length !== variables.length) {
      throw new ValueError(
        `${this.name}: setWeights: has ${variables.length} variables, received ${values.length}` +
          (this.built ? '' : '; call build(parameters) first'),
      );
    }
    variables.forEach((variable, i) => {
      const value = values[i];
      if (value instanceof Tensor && !sameShape(value.shape, variable.shape)) {
        throw new ShapeError(
          `${variable.path}: has shape ${formatShape(variable.shape)}, received ` +
            formatShape(value.shape),
        );
      }
      variable.assign(value);
    });
  }

  /**
   * Names of a weight's slots, in groups: Keras makes the slots of one group for all weights, then those of the next.
   */
  protected slotNames(_parameter: Parameter): readonly (readonly string[])[] {
    return [];
  }

  /** What a slot starts from. */
  protected slotValue(_slot: string): number {
    return 0;
  }

  /** What changes from step to step, for update number `step` (the first is 1). */
  protected scalars(_step: number, learningRate: number): Scalars {
    return { learningRate };
  }

  /**
   * What of a gradient slots add up, if it is not the gradient itself; rules find it under `summed`. Where rows were looked up,
   * Keras takes it of each occurrence before these are added, and its numbers are to agree: squares of an embedding's
   * gradient are sums of squares.
   */
  protected summand(_gradient: Expr): Expr | null {
    return null;
  }

  /** The new weight `w` and the new slots, given the old ones, the gradient `g` and the scalars. */
  protected abstract rule(old: Formulas, scalars: Formulas): Formulas;

  /** Makes the state for these weights. The first step does it, too. */
  build(parameters: readonly Parameter[]): void {
    if (this.built) return;
    this.parameters = [...parameters];
    for (const parameter of parameters) {
      parameter.storage.stepOf = this.#owner;
      this.state.know(parameter);
      if (this.useEma) this.state.add(parameter, 'average');
      if (this.gradientAccumulationSteps) this.state.add(parameter, 'gradientAccumulator');
    }
    this.makeSlots(parameters);
    const wide = parameters.some(({ dtype }) => dtype === 'float64');
    this.#scalars.build(Object.keys(this.#stepScalars()), wide ? 'float64' : 'float32');
    this.built = true;
  }

  /** Makes the slots in Keras' order. */
  protected makeSlots(parameters: readonly Parameter[]): void {
    const groups = Math.max(0, ...parameters.map((p) => this.slotNames(p).length));
    for (let group = 0; group < groups; group++) {
      for (const parameter of parameters) {
        for (const slot of this.slotNames(parameter)[group] ?? []) {
          this.state.add(parameter, slot, { value: this.slotValue(slot) });
        }
      }
    }
  }

  /** Weights, or all with one of these strings in their path, from which `weightDecay` takes nothing. */
  excludeFromWeightDecay(excluded: readonly (Parameter | string)[]): void {
    const names = excluded.filter((one) => typeof one === 'string');
    this.#namesWithoutDecay.push(...names);
    for (const one of excluded) if (typeof one !== 'string') this.#withoutDecay.add(one);
  }

  readonly #namesWithoutDecay: string[] = [];

  /** Name of the scalar that tells what share of a weight a step takes away; null for none. */
  protected decayScalar(_parameter: Parameter): string | null {
    return this.weightDecay === null ? null : 'decay';
  }

  #decayOf(parameter: Parameter): string | null {
    const excluded =
      this.#withoutDecay.has(parameter) ||
      this.#namesWithoutDecay.some((name) => parameter.path.includes(name));
    return excluded ? null : this.decayScalar(parameter);
  }

  /**
   * Counts the step and writes its scalars. Gives the kind of the step: a recorded step can be run again in place of one of
   * the same kind.
   */
  prepareStep(): string {
    this.#kind = this.#nextKind();
    this.#scalars.write(this.#stepScalars());
    if (this.#kind !== 'accumulate') this.updatePrepared();
    this.#iteration.value++;
    return this.#kind;
  }

  /** Lets a subclass move on state of its own, after the scalars of an update were written. */
  protected updatePrepared(): void {}

  #stepScalars(): Scalars {
    const rate = this.learningRate;
    return {
      ...this.scalars(this.iterations + 1, rate),
      decay: (this.weightDecay ?? 0) * rate,
      emaMomentum: this.iterations === 0 ? 0 : this.emaMomentum,
    };
  }

  #nextKind(): StepKind {
    const { gradientAccumulationSteps: batches, emaOverwriteFrequency: frequency } = this;
    if (batches && (this.#iteration.value + 1) % batches !== 0) return 'accumulate';
    if (this.useEma && frequency && (this.iterations + 1) % frequency === 0) return 'overwrite';
    return 'update';
  }

  /** The scalar of that name, a tensor without axes. */
  protected scalar(name: string): Tensor {
    return this.#scalars.tensor(name);
  }

  /**
   * One step: `gradients[i]` belongs to `parameters[i]`; null where there is none.
   * @example optimizer.apply(gradients([loss], model.trainableWeights), model.trainableWeights);
   */
  apply(
    gradients: readonly (Tensor | null)[],
    parameters: readonly Parameter[] = this.parameters,
  ): void {
    this.build(parameters);
    this.prepareStep();
    const scope = new Scope();
    try {
      runInScope(scope, () => this.applyGradients(gradients, parameters));
    } finally {
      scope.end();
    }
  }

  /** One step with the gradients that `backward()` left on the weights that the optimizer was built for. */
  step(): void {
    if (!this.built) {
      throw new GradusError(
        `${this.name}: step: call build(parameters) first, so that the optimizer knows its weights`,
      );
    }
    this.apply(this.parameters.map(({ grad }) => grad));
    this.#owner.endStep();
  }

  /** Forgets the gradients of the weights. */
  clearGrad(): void {
    for (const parameter of this.parameters) clearGradient(parameter);
  }

  /** The loss that gradients are to be taken of. */
  scaleLoss(loss: Tensor): Tensor {
    return this.lossScaleFactor === null ? loss : loss.mul(this.lossScaleFactor);
  }

  /** The kernel calls of a step that `prepareStep` has prepared. */
  applyGradients(
    gradients: readonly (Tensor | null)[],
    parameters: readonly Parameter[] = this.parameters,
  ): void {
    if (gradients.length !== parameters.length) {
      throw new ValueError(
        `${this.name}: received ${gradients.length} gradients for ${parameters.length} weights`,
      );
    }
    const found = parameters.flatMap((parameter, i): [Parameter, Tensor][] => {
      const gradient = gradients[i];
      return gradient ? [[parameter, gradient]] : [];
    });
    if (parameters.length > 0 && found.length === 0) {
      throw new GradusError(
        `${this.name}: no weight has a gradient; does the loss depend on them, was backward() called?`,
      );
    }
    noGrad(() => {
      if (this.#kind === 'accumulate') this.#accumulate(found);
      else this.#update(found);
      for (const [parameter] of found) {
        if (parameter.constraint) parameter.assign(parameter.constraint.call(parameter));
      }
    });
  }

  #accumulate(pairs: readonly (readonly [Parameter, Tensor])[]): void {
    for (const [parameter, gradient] of pairs) {
      const { gradientAccumulator } = this.state.of(parameter);
      const factor = 1 / (this.lossScaleFactor ?? 1);
      update(
        (sum, g) => [sum.add(factor === 1 ? g : g.mul(factor))],
        [gradientAccumulator, gradient],
        [gradientAccumulator],
      );
      if (this.useEma) this.finishParameter(parameter);
    }
  }

  #update(pairs: readonly (readonly [Parameter, Tensor])[]): void {
    let formulas = pairs.map(([parameter, gradient]) => this.#gradientOf(parameter, gradient));
    const limit = this.clipnorm ?? this.globalClipnorm;
    if (limit !== null) {
      // Lengths are of whole gradients, so these are finished first.
      const whole = formulas.map(finished);
      const lengths = this.clipnorm === null ? scalesByGlobalNorm : scalesByNorm;
      const scales = lengths(
        whole.map(({ inputs, occurrences }) => occurrences?.updates ?? inputs[0]),
        limit,
      );
      formulas = whole.map(({ inputs, occurrences }, i) => ({
        inputs: [...inputs, scales[i]],
        formula: (g, scale) => g.mul(scale),
        // In Keras what all gradients together have scaled is one gradient again.
        occurrences: this.clipnorm === null ? null : occurrences,
      }));
    }
    pairs.forEach(([parameter], i) => {
      this.updateParameter(parameter, formulas[i]);
    });
  }

  /** A gradient without the loss's scale, averaged with those before it and cut off. */
  #gradientOf(parameter: Parameter, gradient: Tensor): GradientFormula {
    const { gradientAccumulator } = this.state.of(parameter);
    const { lossScaleFactor: scale, gradientAccumulationSteps: steps, clipvalue: limit } = this;
    const formula = (g: Expr, sum?: Expr): Expr => {
      const own = scale === null ? g : g.div(scale);
      const mean = sum ? own.add(sum).div(steps as number) : own;
      return limit === null ? mean : mean.max(-limit).min(limit);
    };
    if (gradientAccumulator) return { inputs: [gradient, gradientAccumulator], formula };
    const whole = { inputs: [gradient], formula, occurrences: occurrencesOf(gradient) };
    return limit === null ? whole : finished(whole);
  }

  /** Changes one weight and its slots; in one kernel, by the rule, unless a subclass has another way. */
  protected updateParameter(parameter: Parameter, gradient: GradientFormula): void {
    this.applyRule(parameter, gradient);
  }

  /**
   * Changes a weight's slots by the rule and writes the rule's `w` into `target`. Shared options (decay, averages) count where
   * that is the weight itself; else see `decayParameter` and `finishParameter`.
   */
  protected applyRule(
    parameter: Parameter,
    gradient: GradientFormula,
    target: Tensor = parameter,
  ): void {
    const inPlace = target === parameter;
    const slots = this.state.of(parameter);
    const names = Object.keys(slots);
    const scalars = this.#scalars.names.filter((name) => !(name in optionalScalars));
    const decay = inPlace ? this.#decayOf(parameter) : null;
    if (decay && !scalars.includes(decay)) scalars.push(decay);
    if (inPlace && this.useEma) scalars.push('emaMomentum');
    const inputs = [
      parameter,
      ...names.map((name) => slots[name]),
      ...scalars.map((name) => this.scalar(name)),
      ...gradient.inputs,
    ];
    const summed = sumOfOccurrences(gradient, parameter.shape, (g) => this.summand(g));
    if (summed) inputs.push(summed);
    const at = inputs.map((_, i) => input(i));
    const old: Record<string, Expr> = { w: at[0] };
    names.forEach((name, i) => {
      old[name] = at[1 + i];
    });
    const known: Record<string, Expr> = {};
    scalars.forEach((name, i) => {
      known[name] = at[1 + names.length + i];
    });
    const first = 1 + names.length + scalars.length;
    old.g = gradient.formula(...at.slice(first, first + gradient.inputs.length));
    old.summed = summed ? (at.at(-1) as Expr) : (this.summand(old.g) ?? old.g);
    if (decay) old.w = old.w.sub(old.w.mul(known[decay]));
    const next: Record<string, Expr> = { ...this.rule(old, known) };
    if (inPlace) Object.assign(next, this.#finished(next.w, old, known));
    const changed = names.filter((name) => next[name]);
    update([next.w, ...changed.map((name) => settled(next[name]))], inputs, [
      target,
      ...changed.map((name) => slots[name]),
    ]);
  }

  /** What the shared options do to a weight after the rule: its average, the accumulator emptied. */
  #finished(w: Expr, old: Formulas, known: Formulas): Formulas {
    const next: Record<string, Expr> = {};
    if (old.average) {
      const momentum = known.emaMomentum;
      next.average = momentum.mul(old.average).add(constant(1).sub(momentum).mul(w));
      if (this.#kind === 'overwrite') next.w = next.average;
    }
    if (old.gradientAccumulator && this.#kind !== 'accumulate') {
      next.gradientAccumulator = constant(0);
    }
    return next;
  }

  /** The same by itself, for subclasses that change a weight in their own way. */
  protected finishParameter(parameter: Parameter): void {
    const slots = this.state.of(parameter);
    const names = ['average', 'gradientAccumulator'].filter((name) => slots[name]);
    if (names.length === 0) return;
    const inputs = [parameter, ...names.map((name) => slots[name]), this.scalar('emaMomentum')];
    const old: Record<string, Expr> = {};
    names.forEach((name, i) => {
      old[name] = input(1 + i);
    });
    const next = this.#finished(input(0), old, { emaMomentum: input(1 + names.length) });
    const changed = Object.keys(next);
    if (changed.length === 0) return;
    update(
      changed.map((name) => next[name]),
      inputs,
      changed.map((name) => (name === 'w' ? parameter : slots[name])),
    );
  }

  /** Takes the decay from a weight, for subclasses that change it in their own way. */
  protected decayParameter(parameter: Parameter): void {
    const decay = this.#decayOf(parameter);
    if (!decay) return;
    update((w, share) => [w.sub(w.mul(share))], [parameter, this.scalar(decay)], [parameter]);
  }

  /** The moving averages of the weights, in the order of `parameters`; none without `useEma`. */
  get movingAverages(): Parameter[] {
    return this.useEma ? this.parameters.map((p) => this.state.of(p).average) : [];
  }

  /** Puts the weights into the state that is meant to be used after training: their moving averages. */
  finalizeVariableValues(parameters: readonly Parameter[] = this.parameters): void {
    if (!this.useEma || !this.built) return;
    for (const parameter of parameters) parameter.assign(this.state.of(parameter).average);
  }

  override getConfig(): Config {
    const source = this.#rate ? this.#rate.value : this.rateSource;
    return { ...super.getConfig(), learningRate: writeLearningRate(source) };
  }
}

/**
 * 0 where a slot is too small to matter. The averages of a weight without gradients would else decay into subnormal
 * numbers, with which processors compute about a hundred times slower, and stay there.
 */
const settled = (slot: Expr): Expr => slot.abs().lt(smallestSlot).select(0, slot);

/** Large enough for a thousandth of it to be a normal float32 (2^-126 is the least). */
const smallestSlot = 2 ** -112;

/** Scalars that only some weights need. */
const optionalScalars = { decay: true, emaMomentum: true };
