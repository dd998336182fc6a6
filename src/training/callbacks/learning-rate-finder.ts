import { math } from '../../expr/index.ts';
import { tensor } from '../../ops/index.ts';
import { keep, type Tensor, ValueError } from '../../tensor/index.ts';
import { checkCount, checkOptions } from '../check-options.ts';
import type { Samples } from '../data.ts';
import type { Model } from '../model.ts';
import { Callback, type Logs } from './callback.ts';

export interface LearningRateFinderOptions {
  /** The rate of the first step; 1e-7 by default. */
  readonly minLearningRate?: number;
  /** The rate of the last step; 10 by default. */
  readonly maxLearningRate?: number;
  /** Steps in between; 100 by default. */
  readonly steps?: number;
  /** Samples of a step; 32 by default. */
  readonly batchSize?: number;
}

const optionNames = [
  'minLearningRate',
  'maxLearningRate',
  'steps',
  'batchSize',
] as const satisfies readonly (keyof LearningRateFinderOptions)[];

/** What a trial with growing learning rates has shown. */
export interface LearningRateTrial {
  readonly learningRates: readonly number[];
  /** Loss of each step, smoothed. */
  readonly losses: readonly number[];
  /** Where the loss fell most steeply: a good learning rate to begin with. */
  readonly suggestion: number;
}

/** How much of the past a smoothed loss holds. */
const MEMORY = 0.9;
/** A loss so many times the best one has blown up. */
const BLOWN_UP = 4;

/**
 * Trains for some steps with a learning rate that grows from step to step and suggests one: the range test of Smith (2017,
 * https://arxiv.org/abs/1506.01186). Weights, optimizer and training state are put back afterwards.
 * @example const { suggestion } = await findLearningRate(model, x, y);
 */
export async function findLearningRate(
  model: Model,
  x: Samples,
  y: Samples,
  options: LearningRateFinderOptions = {},
): Promise<LearningRateTrial> {
  checkOptions('findLearningRate', options, optionNames);
  const { minLearningRate: from = 1e-7, maxLearningRate: to = 10, steps = 100 } = options;
  checkCount('findLearningRate: steps', steps, 2);
  if (!(from > 0 && to > from)) {
    throw new ValueError(
      `findLearningRate: needs 0 < minLearningRate < maxLearningRate, received ${from} and ${to}`,
    );
  }
  const trial = new Trial(from, to, steps);
  const { trainingState, history } = model;
  await model.fit(x, y, {
    batchSize: options.batchSize ?? 32,
    epochs: steps,
    verbose: 0,
    callbacks: [trial],
  });
  model.trainingState = trainingState;
  model.history = history;
  model.stopTraining = false;
  return trial.result();
}

/** What a trial puts back. */
interface Snapshot {
  readonly weights: readonly Tensor[];
  readonly optimizer: readonly Tensor[];
  readonly rate: number;
}

class Trial extends Callback {
  readonly #rates: readonly number[];
  readonly #losses: number[] = [];
  #mean = 0;
  #before: Snapshot | null = null;

  constructor(from: number, to: number, steps: number) {
    super();
    const growth = math.log(to / from) / (steps - 1);
    this.#rates = Array.from({ length: steps }, (_, i) => from * math.exp(growth * i));
  }

  override onTrainBegin(): void {
    const { optimizer } = this.model;
    this.#before = {
      weights: keep(this.model.getWeights()),
      optimizer: keep(optimizer.variables.map((variable) => tensor(variable))),
      rate: optimizer.learningRate,
    };
  }

  override onTrainBatchBegin(): void {
    this.model.resetMetrics();
    this.model.optimizer.learningRate = this.#rates[this.#losses.length];
  }

  override onTrainBatchEnd(_batch: number, { loss }: Logs): void {
    this.#mean = MEMORY * this.#mean + (1 - MEMORY) * loss;
    const count = this.#losses.length + 1;
    this.#losses.push(this.#mean / (1 - math.pow(MEMORY, count)));
    const blownUp = !Number.isFinite(loss) || loss > BLOWN_UP * Math.min(...this.#losses);
    if (blownUp || count === this.#rates.length) this.model.stopTraining = true;
  }

  override onTrainEnd(): void {
    const { weights, optimizer, rate } = this.#before as Snapshot;
    this.model.setWeights(weights);
    this.model.optimizer.setWeights(optimizer);
    if (this.model.optimizer.learningRate !== rate) this.model.optimizer.learningRate = rate;
    for (const { storage } of [...weights, ...optimizer]) storage.release();
    this.model.resetMetrics();
  }

  result(): LearningRateTrial {
    const losses = this.#losses.filter(Number.isFinite);
    const learningRates = this.#rates.slice(0, losses.length);
    // The rates grow evenly on a logarithmic scale, so differences of the losses are slopes.
    let steepest = 0;
    for (let i = 1; i + 1 < losses.length; i++) {
      const slope = losses[i + 1] - losses[i - 1];
      if (steepest === 0 || slope < losses[steepest + 1] - losses[steepest - 1]) steepest = i;
    }
    return { learningRates, losses, suggestion: learningRates[steepest] };
  }
}
