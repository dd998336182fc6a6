import { ValueError } from '../../../tensor/index.ts';
import { type Arguments, byName } from '../../arguments.ts';
import { Tensor } from '../../tensor.ts';
import { LRScheduler, type SchedulerArguments } from './scheduler.ts';

interface PlateauArguments extends Omit<SchedulerArguments, 'lastEpoch'> {
  /** Whether less ('min', the default) or more ('max') is better. */
  readonly mode: string;
  readonly factor: number;
  /** Steps without improvement that are borne; 10 by default. */
  readonly patience: number;
  readonly threshold: number;
  /** 'rel' (the default) or 'abs'. */
  readonly thresholdMode: string;
  /** Steps after a fall in which nothing is counted. */
  readonly cooldown: number;
  readonly minLr: number;
  /** The least change that is made. */
  readonly epsilon: number;
}

const order = [
  'learningRate',
  'mode',
  'factor',
  'patience',
  'threshold',
  'thresholdMode',
  'cooldown',
  'minLr',
  'epsilon',
  'verbose',
] as const;

/** Lowers the rate when a number, such as the loss, no longer gets better: `step(loss)`. */
export class ReduceOnPlateau extends LRScheduler {
  readonly mode: string;
  readonly factor: number;
  readonly patience: number;
  readonly threshold: number;
  readonly thresholdMode: string;
  readonly cooldown: number;
  readonly minLr: number;
  readonly epsilon: number;
  cooldownCounter = 0;
  best: number | null = null;
  numBadEpochs = 0;

  constructor(...args: Arguments<PlateauArguments, typeof order>) {
    const name = 'ReduceOnPlateau';
    const given = byName<PlateauArguments>(name, order, args, ['learningRate']);
    super(given.learningRate, 0, given.verbose);
    this.mode = oneOf('mode', given.mode ?? 'min', ['min', 'max']);
    this.thresholdMode = oneOf('thresholdMode', given.thresholdMode ?? 'rel', ['rel', 'abs']);
    this.factor = given.factor ?? 0.1;
    if (!(this.factor < 1)) {
      throw new ValueError(`${name}: factor must be less than 1, received ${this.factor}`);
    }
    this.patience = given.patience ?? 10;
    this.threshold = given.threshold ?? 1e-4;
    this.cooldown = given.cooldown ?? 0;
    this.minLr = given.minLr ?? 0;
    this.epsilon = given.epsilon ?? 1e-8;
  }

  override getLr(): number {
    return this.lastLr;
  }

  protected override get stateFields() {
    return [
      ['cooldown_counter', 'cooldownCounter'],
      ['best', 'best'],
      ['num_bad_epochs', 'numBadEpochs'],
      ...super.stateFields,
    ] as const;
  }

  /** Takes note of the number that is watched. */
  override step(metrics?: number | Tensor | null, epoch?: number): void {
    const value = metrics instanceof Tensor ? Number(metrics.item()) : metrics;
    if (typeof value !== 'number') {
      throw new ValueError('ReduceOnPlateau: step needs the number that is watched: step(loss)');
    }
    this.lastEpoch = epoch ?? this.lastEpoch + 1;
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      return;
    }
    if (this.best === null || this.#isBetter(value, this.best)) {
      this.best = value;
      this.numBadEpochs = 0;
    } else this.numBadEpochs++;
    if (this.numBadEpochs <= this.patience) return;
    this.cooldownCounter = this.cooldown;
    this.numBadEpochs = 0;
    const next = Math.max(this.lastLr * this.factor, this.minLr);
    if (this.lastLr - next <= this.epsilon) return;
    this.lastLr = next;
    this.tell();
  }

  #isBetter(value: number, best: number): boolean {
    const margin = this.thresholdMode === 'rel' ? best * this.threshold : this.threshold;
    return this.mode === 'min' ? value < best - margin : value > best + margin;
  }
}

function oneOf(name: string, value: string, known: readonly string[]): string {
  const plain = value.toLowerCase();
  if (known.includes(plain)) return plain;
  throw new ValueError(
    `ReduceOnPlateau: ${name} must be ${known.map((k) => `'${k}'`).join(' or ')}, received '${value}'`,
  );
}
