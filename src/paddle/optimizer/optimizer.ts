import { clearGradient, noGrad } from '../../autograd/index.ts';
import { type Expr, input } from '../../expr/index.ts';
import { Parameter as CoreParameter, full, fullLike, update } from '../../ops/index.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  GradusError,
  runInScope,
  Scope,
  StepOwner,
  sameShape,
  ValueError,
} from '../../tensor/index.ts';
import { ClipGradBase } from '../nn/clip.ts';
import { Parameter } from '../parameter.ts';
import { L2Decay, WeightDecay } from '../regularizer.ts';
import { Tensor } from '../tensor.ts';
import { LRScheduler } from './lr/scheduler.ts';
import { ScalarSets } from './scalar-sets.ts';

/** A rate, or a schedule of rates. */
export type LearningRate = number | LRScheduler;

/** Some parameters with options of their own; `learningRate` is a factor of the optimizer's. */
export interface ParameterGroup {
  readonly params: readonly Tensor[];
  readonly learningRate?: number;
  readonly weightDecay?: number | WeightDecay | null;
  readonly gradClip?: ClipGradBase | null;
  readonly [option: string]: unknown;
}

/** Parameters, or groups of them. */
export type Parameters = readonly Tensor[] | readonly ParameterGroup[];

/** Arguments that optimizers share. */
export interface OptimizerArguments {
  /** A number, or a schedule. */
  readonly learningRate: LearningRate;
  /** What is trained: `model.parameters()`, or groups. */
  readonly parameters: Parameters;
  /** A penalty; a number is the factor of an `L2Decay`. */
  readonly weightDecay: number | WeightDecay;
  readonly gradClip: ClipGradBase;
  readonly multiPrecision: boolean;
  readonly useMultiTensor: boolean;
  readonly name: string;
}

/** Numbers of a rule by name. */
export type Numbers = Readonly<Record<string, number>>;
/** Formulas by name: `w`, `g`, slots and scalars by theirs. */
export type Formulas = Readonly<Record<string, Expr>>;
/** Options of a rule, which groups may change. */
// biome-ignore lint/suspicious/noExplicitAny: each rule's own
export type RuleOptions = Readonly<Record<string, any>>;

/** What an optimizer keeps for a parameter, of its shape: name in files, and what it starts from. */
export interface SlotSpec {
  readonly name: string;
  readonly value?: number;
}

/** A number that an optimizer keeps for a parameter; files hold it as a tensor of shape [1], or of the parameter's (`wide`). */
export interface CounterSpec {
  readonly name: string;
  readonly wide?: boolean;
  /** Its value after `steps` steps. */
  value(steps: number, options: RuleOptions): number;
  /** How many steps a value stands for, where the file tells; only one counter needs it. */
  steps?(value: number, options: RuleOptions): number;
}

/** A parameter in training. */
interface Trained {
  readonly parameter: Parameter;
  readonly options: RuleOptions;
  readonly group: number;
  slots: Record<string, CoreParameter> | null;
  steps: number;
}

/** What `stateDict` gives: tensors by name, and the schedule's state. */
export type OptimizerState = Record<string, unknown>;

/**
 * Changes parameters so that the loss gets smaller. A subclass is a rule: formulas for a parameter, its gradient and its
 * slots, which one kernel computes for each parameter. Rates and penalties of single parameters (`ParamAttr`), groups,
 * clipping and state are here.
 *
 * A step has two parts: `prepareStep()` writes what changes from step to step into small tensors, `applyGradients()` is
 * kernels alone, so that a recorded step can be run again.
 */
export abstract class Optimizer {
  /** The rate, or the schedule that gives it. */
  learningRate: LearningRate;
  readonly #trained: Trained[] = [];
  readonly #clips: (ClipGradBase | null)[] = [];
  readonly #weightDecay: WeightDecay | null;
  readonly #owner = new StepOwner();
  readonly #scalars = new ScalarSets();
  /** State that was set before the slots exist. */
  #pending: Readonly<OptimizerState> | null = null;

  constructor(
    { learningRate, parameters, weightDecay, gradClip }: Partial<OptimizerArguments>,
    options: RuleOptions,
  ) {
    const { name } = new.target;
    if (typeof learningRate !== 'number' && !(learningRate instanceof LRScheduler)) {
      throw new ValueError(
        `${name}: learningRate must be a number or one of optimizer.lr, received ${learningRate}`,
      );
    }
    if (!parameters || !(Symbol.iterator in parameters)) {
      throw new ValueError(
        `${name}: parameters must be given: { parameters: model.parameters() }, or a list of groups`,
      );
    }
    if (gradClip && !(gradClip instanceof ClipGradBase)) {
      throw new ValueError(`${name}: gradClip must be one of nn.ClipGradBy…`);
    }
    this.learningRate = learningRate;
    this.#weightDecay = this.ownDecay ? null : toDecay(weightDecay);
    const list = [...parameters];
    const grouped = list.length > 0 && !(list[0] instanceof Tensor);
    const groups = grouped
      ? (list as readonly ParameterGroup[])
      : [{ params: list as readonly Tensor[] }];
    for (const group of groups) this.#addGroup(group, options, gradClip ?? null, grouped);
  }

  #addGroup(
    group: ParameterGroup,
    defaults: RuleOptions,
    gradClip: ClipGradBase | null,
    grouped: boolean,
  ): void {
    const { params, learningRate, weightDecay, gradClip: ownClip, ...changed } = group;
    const { name } = this.constructor;
    if (!params || !(Symbol.iterator in params)) {
      throw new ValueError(`${name}: a group of parameters needs 'params'`);
    }
    const options = {
      ...defaults,
      ...changed,
      ...(this.ownDecay && weightDecay !== undefined && { weightDecay }),
    };
    const index = this.#clips.push(ownClip === undefined ? gradClip : ownClip) - 1;
    for (const parameter of params) {
      if (!(parameter instanceof Parameter)) {
        throw new ValueError(`${name}: parameters must be Parameters, as model.parameters() gives`);
      }
      if (this.#trained.some((other) => other.parameter === parameter)) {
        throw new ValueError(`${name}: '${parameter.name}' is in more than one group`);
      }
      if (grouped) {
        parameter.optimizeAttr.learningRate = learningRate ?? 1;
        if (!this.ownDecay) {
          parameter.regularizer = toDecay(
            weightDecay === undefined ? this.#weightDecay : weightDecay,
          );
        }
      }
      parameter.tensor.storage.stepOf = this.#owner;
      this.#trained.push({ parameter, options, group: index, slots: null, steps: 0 });
    }
  }

  /** Whether the rule decays weights itself, so that `weightDecay` is one of its options. */
  protected get ownDecay(): boolean {
    return false;
  }

  /** The parameters, in order. */
  get parameterList(): readonly Parameter[] {
    return this.#trained.map(({ parameter }) => parameter);
  }

  /** What is kept for a parameter, in the order of files. */
  protected slotSpecs(_options: RuleOptions): readonly SlotSpec[] {
    return [];
  }

  /** Numbers that are kept for a parameter, in the order of files. */
  protected counterSpecs(_options: RuleOptions): readonly CounterSpec[] {
    return [];
  }

  /** Names of slots and counters in the order of files. */
  protected stateNames(options: RuleOptions): readonly string[] {
    return [...this.slotSpecs(options), ...this.counterSpecs(options)].map(({ name }) => name);
  }

  /** What changes from step to step, for a parameter's step number `step` (the first is 1). */
  protected scalars(_step: number, rate: number, _options: RuleOptions): Numbers {
    return { rate };
  }

  /** The new parameter `w` and the new slots. */
  protected abstract rule(old: Formulas, scalars: Formulas, options: RuleOptions): Formulas;

  /** The rate of the next step. */
  getLr(): number {
    return typeof this.learningRate === 'number' ? this.learningRate : this.learningRate.call();
  }

  /** Sets the rate; where a schedule gives it, that is an error. */
  setLr(value: number): void {
    if (typeof this.learningRate !== 'number') {
      throw new GradusError(
        'setLr: the rate comes from a schedule; change that, or make an optimizer with a number',
      );
    }
    if (!Number.isFinite(value)) {
      throw new ValueError(`setLr: expected a finite number, received ${value}`);
    }
    this.learningRate = value;
  }

  /** Lets another schedule give the rate. */
  setLrScheduler(scheduler: LRScheduler): void {
    this.learningRate = scheduler;
  }

  /**
   * One step with the gradients that `backward()` left on the parameters; parameters without one stay as they are.
   * @example loss.backward(); optimizer.step(); optimizer.clearGrad();
   */
  step(): void {
    const gradients = this.#trained.map(({ parameter }) =>
      parameter.stopGradient ? null : (parameter.grad?.tensor ?? null),
    );
    this.prepareStep(gradients.map((gradient) => gradient !== null));
    const scope = new Scope();
    try {
      runInScope(scope, () => this.applyGradients(gradients));
    } finally {
      scope.end();
    }
    this.#owner.endStep();
  }

  /**
   * Writes what changes from step to step, for the parameters that will have a gradient (all by default). Gives the kind of
   * the step: a recorded step can be run again in place of one of the same kind.
   */
  prepareStep(present?: readonly boolean[]): string {
    const rate = this.getLr();
    const active = this.#trained.filter((_, i) => present?.[i] ?? true);
    for (const trained of active) {
      this.#makeSlots(trained);
      trained.steps++;
    }
    const kinds = active.map(({ steps, options }) => this.stepKind(steps, options));
    this.#scalars.write(
      active.map(({ parameter, steps, options }) => ({
        key: parameter,
        options,
        steps,
        scalars: () => this.scalars(steps, rate, options),
      })),
    );
    return [...new Set(kinds)].join(' ');
  }

  /** What tells apart steps whose kernels differ. */
  protected stepKind(_step: number, _options: RuleOptions): string {
    return '';
  }

  /** The kernels of a step that `prepareStep` has prepared; null where a parameter has no gradient. */
  applyGradients(gradients: readonly (CoreTensor | null)[]): void {
    noGrad(() => {
      this.#clips.forEach((clip, group) => {
        const pairs = this.#trained.flatMap((trained, i): [Trained, CoreTensor][] => {
          const gradient = gradients[i];
          return trained.group === group && gradient ? [[trained, gradient]] : [];
        });
        const clipped = clip
          ? clip.clip(pairs.map(([{ parameter }, g]) => [parameter, g] as const))
          : pairs.map(([, g]) => g);
        pairs.forEach(([trained], i) => {
          this.#updateOne(trained, clipped[i]);
        });
      });
    });
  }

  #updateOne({ parameter, options, slots, steps }: Trained, gradient: CoreTensor): void {
    const { names, tensors } = this.#scalars.of(parameter);
    const kept = Object.entries(slots as Record<string, CoreParameter>);
    const w = parameter.tensor;
    const inputs: CoreTensor[] = [w, gradient, ...kept.map(([, slot]) => slot), ...tensors];
    const at = inputs.map((_, i) => input(i));
    const old: Record<string, Expr> = { w: at[0] };
    kept.forEach(([name], i) => {
      old[name] = at[2 + i];
    });
    const known: Record<string, Expr> = {};
    names.forEach((name, i) => {
      known[name] = at[2 + kept.length + i];
    });
    const factor = parameter.optimizeAttr.learningRate;
    if (factor !== 1 && known.rate) known.rate = known.rate.mul(factor);
    const decay = (parameter.regularizer as WeightDecay | null) ?? this.#weightDecay;
    old.g = decay ? decay.formula(at[1], at[0]) : at[1];
    this.updateParameter({
      parameter,
      inputs,
      old,
      scalars: known,
      slots: slots as Record<string, CoreParameter>,
      options,
      steps,
    });
  }

  /** Changes one parameter and its slots: by the rule, in one kernel, unless a subclass has another way. */
  protected updateParameter({
    parameter,
    inputs,
    old,
    scalars,
    slots,
    options,
  }: UpdateRequest): void {
    const next = this.rule(old, scalars, options);
    const changed = Object.keys(slots).filter((name) => next[name]);
    update([next.w, ...changed.map((name) => next[name])], inputs, [
      parameter.tensor,
      ...changed.map((name) => slots[name]),
    ]);
  }

  #makeSlots(trained: Trained): void {
    if (trained.slots) return;
    const { parameter, options } = trained;
    const slots: Record<string, CoreParameter> = {};
    for (const { name, value = 0 } of this.slotSpecs(options)) {
      slots[name] = this.makeSlot(parameter, name, value, options);
    }
    trained.slots = slots;
    if (this.#pending) this.#restore(trained, this.#pending);
  }

  /** A slot of the parameter's shape, in its order in memory. */
  protected makeSlot(
    { tensor, name: owner }: Parameter,
    name: string,
    value: number,
    _options: RuleOptions,
  ): CoreParameter {
    const filled = fullLike(tensor.detach(), value);
    return new CoreParameter(filled, { name: `${owner}_${name}_0`, trainable: false });
  }

  /** Forgets the gradients, or makes them zero (the default, as in Paddle). */
  clearGrad(setToZero = true): void {
    for (const { parameter } of this.#trained) {
      if (parameter.stopGradient) clearGradient(parameter.tensor);
      else parameter.clearGradient(setToZero);
    }
  }

  /** The same as `clearGrad`. */
  clearGradients(setToZero = true): void {
    this.clearGrad(setToZero);
  }

  /** One step for a loss whose `backward()` was called. */
  minimize(_loss: Tensor): void {
    this.step();
  }

  /**
   * What the optimizer keeps, by names such as `linear_0.w_0_moment1_0`, and the schedule's state under `LR_Scheduler`.
   * @example paddle.save(optimizer.stateDict(), 'net.pdopt');
   */
  stateDict(): OptimizerState {
    const state: OptimizerState = {};
    const known = this.#trained.filter(({ slots }) => slots);
    const names = new Set(known.flatMap(({ options }) => this.stateNames(options)));
    for (const name of names) {
      for (const trained of known) {
        const tensor = this.#stateOf(trained, name);
        if (tensor) state[tensor.name] = tensor;
      }
    }
    if (known.length === 0) Object.assign(state, this.#pending ?? {});
    if (typeof this.learningRate !== 'number') state.LR_Scheduler = this.learningRate.stateDict();
    return state;
  }

  #stateOf({ parameter, slots, steps, options }: Trained, name: string): Tensor | null {
    const key = `${parameter.name}_${name}_0`;
    const slot = slots?.[name];
    if (slot) return new Tensor(slot, key);
    const counter = this.counterSpecs(options).find((spec) => spec.name === name);
    if (!counter) return null;
    const dtype = this.counterType(parameter);
    const value = counter.value(steps, options);
    const shape = counter.wide ? parameter.shape : [1];
    return new Tensor(full(shape, value, { dtype }), key);
  }

  /** Element type of counters in files. */
  protected counterType({ dtype }: Parameter): Parameter['dtype'] {
    return dtype;
  }

  /** Takes over what `stateDict` gave, also from a file of Paddle's. */
  setStateDict(stateDict: Readonly<OptimizerState>): void {
    const { LR_Scheduler: schedule, master_weights: _master, ...tensors } = stateDict;
    if (typeof this.learningRate !== 'number') {
      if (schedule === undefined && this.learningRate.needsState) {
        throw new ValueError(
          `${this.constructor.name}: setStateDict: 'LR_Scheduler', the schedule's state, is missing`,
        );
      }
      if (schedule) this.learningRate.setStateDict(schedule as never);
    }
    this.#pending = tensors;
    for (const trained of this.#trained) if (trained.slots) this.#restore(trained, tensors);
  }

  #restore(trained: Trained, state: Readonly<OptimizerState>): void {
    const { parameter, slots, options } = trained;
    for (const [name, slot] of Object.entries(slots as Record<string, CoreParameter>)) {
      const value = this.#found(state, parameter, name);
      if (value === null) continue;
      if (!sameShape(value.shape, slot.shape)) {
        throw new ValueError(
          `${this.constructor.name}: setStateDict: ${slot.name} has shape ` +
            `${formatShape(slot.shape)}, received ${formatShape(value.shape)}`,
        );
      }
      slot.assign(value);
    }
    for (const { name, steps } of this.counterSpecs(options)) {
      const value = steps ? this.#found(state, parameter, name) : null;
      if (steps && value) trained.steps = steps(value.dataSync()[0], options);
    }
  }

  #found(state: Readonly<OptimizerState>, { name }: Parameter, slot: string): CoreTensor | null {
    const key = `${name}_${slot}_0`;
    const value = state[key];
    if (value === undefined) {
      // A state without anything of this optimizer is that of one that had not begun.
      if (Object.keys(state).length === 0) return null;
      throw new ValueError(`${this.constructor.name}: setStateDict: '${key}' is missing`);
    }
    return value instanceof Tensor ? value.tensor : (value as CoreTensor);
  }
}

/** What one parameter's update works with. */
export interface UpdateRequest {
  readonly parameter: Parameter;
  /** Parameter, gradient, slots, scalars. */
  readonly inputs: readonly CoreTensor[];
  readonly old: Formulas;
  readonly scalars: Formulas;
  readonly slots: Readonly<Record<string, CoreParameter>>;
  readonly options: RuleOptions;
  readonly steps: number;
}

/** A penalty from what users give. */
function toDecay(decay: number | WeightDecay | null | undefined): WeightDecay | null {
  if (decay === null || decay === undefined) return null;
  if (typeof decay === 'number') return new L2Decay(decay);
  if (decay instanceof WeightDecay) return decay;
  throw new ValueError('weightDecay must be a number or one of paddle.regularizer');
}
