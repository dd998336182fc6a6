import { exp, pow } from '../../../expr/math.ts';
import { ValueError } from '../../../tensor/index.ts';
import { type Arguments, byName } from '../../arguments.ts';
import {
  LRScheduler,
  lastNames,
  positive,
  positiveInteger,
  type SchedulerArguments,
  type SchedulerState,
} from './scheduler.ts';

interface NoamArguments extends SchedulerArguments {
  readonly dModel: number;
  readonly warmupSteps: number;
}

const noamOrder = ['dModel', 'warmupSteps', 'learningRate', ...lastNames] as const;

/** Grows, and then falls with the root of the step. Vaswani et al. 2017. */
export class NoamDecay extends LRScheduler {
  readonly dModel: number;
  readonly warmupSteps: number;

  constructor(...args: Arguments<NoamArguments, typeof noamOrder>) {
    const name = 'NoamDecay';
    const given = byName<NoamArguments>(name, noamOrder, args, ['dModel', 'warmupSteps']);
    super(given.learningRate ?? 1, given.lastEpoch, given.verbose);
    this.dModel = positive(name, 'dModel', given.dModel as number);
    this.warmupSteps = given.warmupSteps as number;
    this.begin();
  }

  override getLr(): number {
    const { lastEpoch: step, warmupSteps, dModel } = this;
    const falling = step === 0 ? 1 : pow(step, -0.5);
    const rising = pow(warmupSteps, -1.5) * step;
    return this.baseLr * pow(dModel, -0.5) * Math.min(falling, rising);
  }
}

interface PiecewiseArguments extends SchedulerArguments {
  readonly boundaries: readonly number[];
  readonly values: readonly number[];
}

const piecewiseOrder = ['boundaries', 'values', ...lastNames] as const;

/** Given rates between given steps. */
export class PiecewiseDecay extends LRScheduler {
  readonly boundaries: readonly number[];
  readonly values: readonly number[];

  constructor(...args: Arguments<PiecewiseArguments, typeof piecewiseOrder>) {
    const required = ['boundaries', 'values'] as const;
    const given = byName<PiecewiseArguments>('PiecewiseDecay', piecewiseOrder, args, required);
    super(0.1, given.lastEpoch, given.verbose);
    this.boundaries = given.boundaries as readonly number[];
    this.values = given.values as readonly number[];
    if (this.boundaries.length === 0 || this.values.length <= this.boundaries.length) {
      throw new ValueError(
        `PiecewiseDecay: ${this.boundaries.length} boundaries (at least one) need one rate more, ` +
          `received ${this.values.length}`,
      );
    }
    this.begin();
  }

  override getLr(): number {
    const place = this.boundaries.findIndex((boundary) => this.lastEpoch < boundary);
    return this.values[place < 0 ? this.values.length - 1 : place];
  }
}

type WithGamma = SchedulerArguments & { readonly gamma: number };

const gammaOrder = ['learningRate', 'gamma', ...lastNames] as const;

/** A schedule of a rate and a factor. */
abstract class GammaDecay extends LRScheduler {
  readonly gamma: number;

  constructor(...args: Arguments<WithGamma, typeof gammaOrder>) {
    const { name } = new.target;
    const given = byName<WithGamma>(name, gammaOrder, args, ['learningRate', 'gamma']);
    super(given.learningRate, given.lastEpoch, given.verbose);
    this.gamma = given.gamma as number;
    if (typeof this.gamma !== 'number' || Number.isNaN(this.gamma)) {
      throw new ValueError(`${name}: gamma must be a number, received ${this.gamma}`);
    }
    this.check();
    this.begin();
  }

  protected check(): void {}
}

/** rate exp(-gamma step). */
export class NaturalExpDecay extends GammaDecay {
  protected override check(): void {
    positive('NaturalExpDecay', 'gamma', this.gamma);
  }

  override getLr(): number {
    return this.baseLr * exp(-this.gamma * this.lastEpoch);
  }
}

/** rate / (1 + gamma step). */
export class InverseTimeDecay extends GammaDecay {
  override getLr(): number {
    return this.baseLr / (1 + this.gamma * this.lastEpoch);
  }
}

/** rate gamma^step. */
export class ExponentialDecay extends GammaDecay {
  protected override check(): void {
    if (!(this.gamma > 0 && this.gamma < 1)) {
      throw new ValueError(
        `ExponentialDecay: gamma must lie between 0 and 1, received ${this.gamma}`,
      );
    }
  }

  override getLr(): number {
    return this.baseLr * pow(this.gamma, this.lastEpoch);
  }
}

interface PolynomialArguments extends SchedulerArguments {
  readonly decaySteps: number;
  /** Rate at the end; 0.0001 by default. */
  readonly endLr: number;
  readonly power: number;
  /** Whether a new fall, to a later end, begins at each end. */
  readonly cycle: boolean;
}

const polynomialOrder = [
  ...(['learningRate', 'decaySteps', 'endLr', 'power', 'cycle'] as const),
  ...lastNames,
] as const;

/** Falls to `endLr` within `decaySteps` by a power. */
export class PolynomialDecay extends LRScheduler {
  readonly decaySteps: number;
  readonly endLr: number;
  readonly power: number;
  readonly cycle: boolean;

  constructor(...args: Arguments<PolynomialArguments, typeof polynomialOrder>) {
    const name = 'PolynomialDecay';
    const required = ['learningRate', 'decaySteps'] as const;
    const given = byName<PolynomialArguments>(name, polynomialOrder, args, required);
    super(given.learningRate, given.lastEpoch, given.verbose);
    this.decaySteps = positiveInteger(name, 'decaySteps', given.decaySteps as number);
    this.endLr = given.endLr ?? 1e-4;
    this.power = positive(name, 'power', given.power ?? 1);
    this.cycle = given.cycle ?? false;
    this.begin();
  }

  override getLr(): number {
    const { lastEpoch, decaySteps, cycle, baseLr, endLr } = this;
    const rounds = cycle ? Math.max(1, Math.ceil(lastEpoch / decaySteps)) : 1;
    const step = cycle ? lastEpoch : Math.min(lastEpoch, decaySteps);
    const left = 1 - step / (decaySteps * rounds);
    return (baseLr - endLr) * (this.power === 1 ? left : pow(left, this.power)) + endLr;
  }
}

/** A number, or a schedule that goes on when the warm-up is over. */
interface WarmupArguments extends Omit<SchedulerArguments, 'learningRate'> {
  readonly learningRate: number | LRScheduler;
  readonly warmupSteps: number;
  readonly startLr: number;
  readonly endLr: number;
}

const warmupNames = ['learningRate', 'warmupSteps', 'startLr', 'endLr'] as const;
const warmupOrder = [...warmupNames, ...lastNames] as const;

/** Rises evenly from `startLr` to `endLr`, then goes on with a rate or another schedule. */
export class LinearWarmup extends LRScheduler {
  readonly learningRate: number | LRScheduler;
  readonly warmupSteps: number;
  readonly startLr: number;
  readonly endLr: number;

  constructor(...args: Arguments<WarmupArguments, typeof warmupOrder>) {
    const name = 'LinearWarmup';
    const given = byName<WarmupArguments>(name, warmupOrder, args, warmupNames);
    const { learningRate, startLr, endLr } = given as WarmupArguments;
    super(startLr, given.lastEpoch, given.verbose);
    if (typeof learningRate !== 'number' && !(learningRate instanceof LRScheduler)) {
      throw new ValueError(`${name}: learningRate must be a number or one of optimizer.lr`);
    }
    if (!(endLr > startLr)) {
      throw new ValueError(`${name}: endLr ${endLr} must be greater than startLr ${startLr}`);
    }
    this.learningRate = learningRate;
    this.warmupSteps = positiveInteger(name, 'warmupSteps', given.warmupSteps as number);
    this.startLr = startLr;
    this.endLr = endLr;
    this.begin();
  }

  override getLr(): number {
    const { lastEpoch, warmupSteps, startLr, endLr, learningRate } = this;
    if (lastEpoch < warmupSteps) {
      return ((endLr - startLr) * lastEpoch) / warmupSteps + startLr;
    }
    if (typeof learningRate === 'number') return learningRate;
    learningRate.step(lastEpoch - warmupSteps);
    return learningRate.call();
  }

  override stateDict(): SchedulerState {
    const state = super.stateDict();
    const inner = this.learningRate;
    return inner instanceof LRScheduler ? { ...state, LinearWarmup_LR: inner.stateDict() } : state;
  }

  override setStateDict(stateDict: Readonly<SchedulerState>): void {
    super.setStateDict(stateDict);
    if (this.learningRate instanceof LRScheduler) {
      this.learningRate.setStateDict(stateDict.LinearWarmup_LR as SchedulerState);
    }
  }
}

type WithMilestones = WithGamma & { readonly milestones: readonly number[] };

const milestoneOrder = ['learningRate', 'milestones', 'gamma', ...lastNames] as const;

/** Falls by a factor at each of some steps. */
export class MultiStepDecay extends LRScheduler {
  readonly milestones: readonly number[];
  readonly gamma: number;

  constructor(...args: Arguments<WithMilestones, typeof milestoneOrder>) {
    const name = 'MultiStepDecay';
    const required = ['learningRate', 'milestones'] as const;
    const given = byName<WithMilestones>(name, milestoneOrder, args, required);
    super(given.learningRate, given.lastEpoch, given.verbose);
    this.milestones = given.milestones as readonly number[];
    this.gamma = belowOne(name, given.gamma ?? 0.1);
    if (this.milestones.some((n, i) => i > 0 && n <= this.milestones[i - 1])) {
      throw new ValueError(`${name}: milestones must grow`);
    }
    this.begin();
  }

  override getLr(): number {
    const passed = this.milestones.filter((milestone) => this.lastEpoch >= milestone).length;
    return this.baseLr * pow(this.gamma, passed);
  }
}

function belowOne(owner: string, gamma: number): number {
  if (gamma < 1) return gamma;
  throw new ValueError(`${owner}: gamma must be less than 1, received ${gamma}`);
}

type WithStepSize = WithGamma & { readonly stepSize: number };

const stepOrder = ['learningRate', 'stepSize', 'gamma', ...lastNames] as const;

/** Falls by a factor every `stepSize` steps. */
export class StepDecay extends LRScheduler {
  readonly stepSize: number;
  readonly gamma: number;

  constructor(...args: Arguments<WithStepSize, typeof stepOrder>) {
    const name = 'StepDecay';
    const given = byName<WithStepSize>(name, stepOrder, args, ['learningRate', 'stepSize']);
    super(given.learningRate, given.lastEpoch, given.verbose);
    this.stepSize = positiveInteger(name, 'stepSize', given.stepSize as number);
    this.gamma = belowOne(name, given.gamma ?? 0.1);
    this.begin();
  }

  override getLr(): number {
    return this.baseLr * pow(this.gamma, Math.floor(this.lastEpoch / this.stepSize));
  }
}

type WithLambda = SchedulerArguments & { readonly lrLambda: (step: number) => number };

const lambdaOrder = ['learningRate', 'lrLambda', ...lastNames] as const;

/** A schedule of a rate and a function of the step. */
abstract class FunctionDecay extends LRScheduler {
  readonly lrLambda: (step: number) => number;

  constructor(...args: Arguments<WithLambda, typeof lambdaOrder>) {
    const { name } = new.target;
    const given = byName<WithLambda>(name, lambdaOrder, args, ['learningRate', 'lrLambda']);
    super(given.learningRate, given.lastEpoch, given.verbose);
    if (typeof given.lrLambda !== 'function') {
      throw new ValueError(`${name}: lrLambda must be a function of the step`);
    }
    this.lrLambda = given.lrLambda;
    this.begin();
  }
}

/** The rate times a function of the step. */
export class LambdaDecay extends FunctionDecay {
  override get needsState(): boolean {
    return false;
  }

  override getLr(): number {
    return this.baseLr * this.lrLambda(this.lastEpoch);
  }
}

/** The rate times the product of a function of all steps so far. */
export class MultiplicativeDecay extends FunctionDecay {
  override getLr(): number {
    let rate = this.baseLr;
    for (let step = 1; step <= this.lastEpoch; step++) rate *= this.lrLambda(step);
    return rate;
  }
}

interface LinearArguments extends SchedulerArguments {
  readonly totalSteps: number;
  readonly startFactor: number;
  readonly endFactor: number;
}

const linearOrder = [
  ...(['learningRate', 'totalSteps', 'startFactor', 'endFactor'] as const),
  ...lastNames,
] as const;

/** A factor that goes evenly from `startFactor` to `endFactor`. */
export class LinearLR extends LRScheduler {
  readonly totalSteps: number;
  readonly startFactor: number;
  readonly endFactor: number;

  constructor(...args: Arguments<LinearArguments, typeof linearOrder>) {
    const name = 'LinearLR';
    const required = ['learningRate', 'totalSteps'] as const;
    const given = byName<LinearArguments>(name, linearOrder, args, required);
    super(given.learningRate, given.lastEpoch, given.verbose);
    this.totalSteps = positive(name, 'totalSteps', given.totalSteps as number);
    this.startFactor = given.startFactor ?? 1 / 3;
    this.endFactor = given.endFactor ?? 1;
    if (!(this.startFactor > 0 && this.startFactor <= 1)) {
      throw new ValueError(`${name}: startFactor must lie in (0, 1], received ${this.startFactor}`);
    }
    if (!(this.endFactor >= 0 && this.endFactor <= 1)) {
      throw new ValueError(`${name}: endFactor must lie in [0, 1], received ${this.endFactor}`);
    }
    this.begin();
  }

  override getLr(): number {
    const { lastEpoch, totalSteps, startFactor, endFactor } = this;
    if (lastEpoch === 0) return this.baseLr * startFactor;
    if (lastEpoch > totalSteps) return this.lastLr;
    const change = endFactor - startFactor;
    return this.lastLr * (1 + change / (totalSteps * startFactor + (lastEpoch - 1) * change));
  }
}
