import { cos, log, pow } from '../../../expr/math.ts';
import { ValueError } from '../../../tensor/index.ts';
import { type Arguments, byName } from '../../arguments.ts';
import { LRScheduler, lastNames, positiveInteger, type SchedulerArguments } from './scheduler.ts';

interface CosineArguments extends SchedulerArguments {
  /** Steps of half a wave. */
  readonly TMax: number;
  /** The least rate. */
  readonly etaMin: number;
}

const cosineOrder = ['learningRate', 'TMax', 'etaMin', ...lastNames] as const;

/** Falls and rises as a cosine. Loshchilov and Hutter 2016. */
export class CosineAnnealingDecay extends LRScheduler {
  readonly TMax: number;
  readonly etaMin: number;

  constructor(...args: Arguments<CosineArguments, typeof cosineOrder>) {
    const name = 'CosineAnnealingDecay';
    const given = byName<CosineArguments>(name, cosineOrder, args, ['learningRate', 'TMax']);
    super(given.learningRate, given.lastEpoch, given.verbose);
    this.TMax = positiveInteger(name, 'TMax', given.TMax as number);
    this.etaMin = given.etaMin ?? 0;
    this.begin();
  }

  #wave(step: number): number {
    return 1 + cos((Math.PI * step) / this.TMax);
  }

  override getLr(): number {
    const { lastEpoch, TMax, etaMin, baseLr, lastLr } = this;
    if (lastEpoch === 0) return baseLr;
    if ((lastEpoch - 1 - TMax) % (2 * TMax) === 0) {
      return lastLr + ((baseLr - etaMin) * (1 - cos(Math.PI / TMax))) / 2;
    }
    return (this.#wave(lastEpoch) / this.#wave(lastEpoch - 1)) * (lastLr - etaMin) + etaMin;
  }

  protected override closedForm(): number {
    return this.etaMin + ((this.baseLr - this.etaMin) * this.#wave(this.lastEpoch)) / 2;
  }
}

interface RestartArguments extends SchedulerArguments {
  /** Steps until the first restart. */
  readonly T0: number;
  /** Factor of the steps after each restart. */
  readonly TMult: number;
  readonly etaMin: number;
}

const restartOrder = ['learningRate', 'T0', 'TMult', 'etaMin', ...lastNames] as const;

/** Falls as a cosine and starts anew. */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  readonly T0: number;
  readonly TMult: number;
  readonly etaMin: number;
  #length: number;
  #place: number;

  constructor(...args: Arguments<RestartArguments, typeof restartOrder>) {
    const name = 'CosineAnnealingWarmRestarts';
    const given = byName<RestartArguments>(name, restartOrder, args, ['learningRate', 'T0']);
    super(given.learningRate, given.lastEpoch, given.verbose);
    this.T0 = positiveInteger(name, 'T0', given.T0 as number);
    this.TMult = positiveInteger(name, 'TMult', given.TMult ?? 1);
    this.etaMin = given.etaMin ?? 0;
    this.#length = this.T0;
    this.#place = this.lastEpoch;
    this.begin();
  }

  override getLr(): number {
    const wave = 1 + cos((Math.PI * this.#place) / this.#length);
    return this.etaMin + ((this.baseLr - this.etaMin) * wave) / 2;
  }

  override step(epoch?: number | null): void {
    let at = epoch ?? null;
    if (at === null && this.lastEpoch < 0) at = 0;
    if (at === null) {
      at = this.lastEpoch + 1;
      this.#place++;
      if (this.#place >= this.#length) {
        this.#place -= this.#length;
        this.#length *= this.TMult;
      }
    } else this.#goTo(at);
    this.lastEpoch = Math.floor(at);
    this.lastLr = this.getLr();
    this.tell();
  }

  #goTo(epoch: number): void {
    const { T0, TMult } = this;
    if (epoch < 0) {
      throw new ValueError(`CosineAnnealingWarmRestarts: step ${epoch} must not be negative`);
    }
    if (epoch < T0) {
      this.#length = T0;
      this.#place = epoch;
    } else if (TMult === 1) this.#place = epoch % T0;
    else {
      const round = Math.floor(log((epoch / T0) * (TMult - 1) + 1) / log(TMult));
      this.#place = epoch - (T0 * (TMult ** round - 1)) / (TMult - 1);
      this.#length = T0 * TMult ** round;
    }
  }
}

interface OneCycleArguments extends SchedulerArguments {
  readonly maxLearningRate: number;
  readonly totalSteps: number;
  /** What the greatest rate is divided by to begin with; 25 by default. */
  readonly divideFactor: number;
  readonly endLearningRate: number;
  /** Share of the steps until the greatest rate; 0.3 by default. */
  readonly phasePct: number;
  /** 'cos' (the default) or 'linear'. */
  readonly annealStrategy: string;
  /** Whether the rate falls to the first one before it falls to the last. */
  readonly threePhase: boolean;
}

const oneCycleOrder = [
  'maxLearningRate',
  'totalSteps',
  'divideFactor',
  'endLearningRate',
  'phasePct',
  'annealStrategy',
  'threePhase',
  ...lastNames,
] as const;

/** Rises to a greatest rate and falls far below the first. Smith and Topin 2017. */
export class OneCycleLR extends LRScheduler {
  readonly totalSteps: number;
  readonly #ends: readonly number[];
  readonly #lengths: readonly number[];
  readonly #rates: readonly number[];
  readonly #linear: boolean;

  constructor(...args: Arguments<OneCycleArguments, typeof oneCycleOrder>) {
    const name = 'OneCycleLR';
    const given = byName<OneCycleArguments>(name, oneCycleOrder, args, [
      'maxLearningRate',
      'totalSteps',
    ]);
    const {
      divideFactor = 25,
      phasePct: share = 0.3,
      threePhase = false,
    } = given as OneCycleArguments;
    const { annealStrategy = 'cos', endLearningRate: last = 1e-4 } = given as OneCycleArguments;
    const most = given.maxLearningRate as number;
    super(most / divideFactor, given.lastEpoch, given.verbose);
    this.totalSteps = positiveInteger(name, 'totalSteps', given.totalSteps as number);
    if (!(share >= 0 && share <= 1) || (threePhase && share >= 0.5)) {
      throw new ValueError(
        `${name}: phasePct must lie in [0, ${threePhase ? '0.5)' : '1]'}, received ${share}`,
      );
    }
    if (annealStrategy !== 'cos' && annealStrategy !== 'linear') {
      throw new ValueError(
        `${name}: annealStrategy must be 'cos' or 'linear', received '${annealStrategy}'`,
      );
    }
    this.#linear = annealStrategy === 'linear';
    const first = this.baseLr;
    const end = this.totalSteps - 1;
    const peak = share * this.totalSteps - 1;
    const back = 2 * share * this.totalSteps - 2;
    this.#ends = threePhase ? [0, peak, back, end, end] : [0, peak, end, end];
    const lengths = this.#ends.slice(1).map((at, i) => at - this.#ends[i]);
    // The last part goes on at the pace of the one before.
    lengths[lengths.length - 1] = lengths[lengths.length - 2];
    this.#lengths = lengths;
    this.#rates = threePhase ? [first, most, first, last] : [first, most, last];
    this.begin();
  }

  override getLr(): number {
    const step = this.lastEpoch;
    if (step > this.totalSteps) {
      throw new ValueError(`OneCycleLR: step ${step} of ${this.totalSteps} in all`);
    }
    const last = this.#rates.length - 2;
    let part = 0;
    while (part < last && step > this.#ends[part + 1]) part++;
    const share = (step - this.#ends[part]) / this.#lengths[part];
    const [from, to] = [this.#rates[part], this.#rates[part + 1]];
    if (this.#linear) return (to - from) * share + from;
    return to + ((from - to) / 2) * (cos(Math.PI * share) + 1);
  }
}

interface CyclicArguments extends SchedulerArguments {
  readonly baseLearningRate: number;
  readonly maxLearningRate: number;
  readonly stepSizeUp: number;
  readonly stepSizeDown: number;
  /** 'triangular' (the default), 'triangular2' (halves with each cycle) or 'exp_range'. */
  readonly mode: string;
  readonly expGamma: number;
  /** Height of a cycle, in place of `mode`. */
  readonly scaleFn: (x: number) => number;
  /** Whether `scaleFn` takes the cycle's number ('cycle', the default) or the step's ('iterations'). */
  readonly scaleMode: string;
}

const cyclicOrder = [
  'baseLearningRate',
  'maxLearningRate',
  'stepSizeUp',
  'stepSizeDown',
  'mode',
  'expGamma',
  'scaleFn',
  'scaleMode',
  ...lastNames,
] as const;

/** Rises and falls between two rates again and again. Smith 2015. */
export class CyclicLR extends LRScheduler {
  readonly #cycle: number;
  readonly #up: number;
  readonly #amplitude: number;
  readonly #scale: (cycle: number, step: number) => number;

  constructor(...args: Arguments<CyclicArguments, typeof cyclicOrder>) {
    const name = 'CyclicLR';
    const given = byName<CyclicArguments>(name, cyclicOrder, args, [
      'baseLearningRate',
      'maxLearningRate',
      'stepSizeUp',
    ]);
    super(given.baseLearningRate, given.lastEpoch, given.verbose);
    const up = positiveInteger(name, 'stepSizeUp', given.stepSizeUp as number);
    const down = positiveInteger(name, 'stepSizeDown', given.stepSizeDown ?? up);
    this.#cycle = up + down;
    this.#up = up / this.#cycle;
    this.#amplitude = (given.maxLearningRate as number) - this.baseLr;
    this.#scale = scaleOf(given);
    this.begin();
  }

  override getLr(): number {
    const step = this.lastEpoch;
    const cycle = 1 + Math.floor(step / this.#cycle);
    const place = 1 + step / this.#cycle - cycle;
    const height = place <= this.#up ? place / this.#up : (1 - place) / (1 - this.#up);
    return this.baseLr + this.#amplitude * height * this.#scale(cycle, step);
  }
}

function scaleOf({
  mode = 'triangular',
  expGamma = 1,
  scaleFn,
  scaleMode = 'cycle',
}: Partial<CyclicArguments>): (cycle: number, step: number) => number {
  if (scaleFn) {
    if (scaleMode !== 'cycle' && scaleMode !== 'iterations') {
      throw new ValueError(
        `CyclicLR: scaleMode must be 'cycle' or 'iterations', received '${scaleMode}'`,
      );
    }
    return (cycle, step) => scaleFn(scaleMode === 'cycle' ? cycle : step);
  }
  switch (mode) {
    case 'triangular':
      return () => 1;
    case 'triangular2':
      return (cycle) => 1 / 2 ** (cycle - 1);
    case 'exp_range':
    case 'expRange':
      return (_, step) => pow(expGamma, step);
    default:
      throw new ValueError(
        `CyclicLR: mode must be 'triangular', 'triangular2' or 'exp_range', received '${mode}'`,
      );
  }
}
