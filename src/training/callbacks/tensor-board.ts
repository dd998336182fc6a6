import { joinPath } from '#platform';
import { type ArrayInput, type DataFormats, SummaryWriter } from '../../board/index.ts';
import type { Tensor } from '../../tensor/index.ts';
import { ValueError } from '../../tensor/index.ts';
import { checkCount, checkOptions } from '../check-options.ts';
import { Callback, type Logs } from './callback.ts';

/** Samples that the network is asked about after each epoch. */
export interface WatchedSamples {
  /** What the network takes, [samples, …]. */
  readonly x: Tensor;
  /** Number of each sample's class, [samples]. */
  readonly labels: ArrayInput;
  /** Pictures of the samples, where they are not `x` itself. */
  readonly images?: ArrayInput;
  /** Axes of the pictures; `NHWC` by default. */
  readonly dataFormats?: DataFormats;
  readonly classNames?: readonly string[];
}

export interface TensorBoardOptions {
  /** The folder, `logs` by default; may also be the first argument. */
  readonly logDir?: string;
  /** Writes histograms of the weights every so many epochs; 0, the default, for never. */
  readonly histogramFreq?: number;
  /** Writes the network's graph; true by default. */
  readonly writeGraph?: boolean;
  /** Writes weights as pictures together with the histograms. */
  readonly writeImages?: boolean;
  /** Writes losses and metrics after each epoch only (the default), after each batch, or after so many batches, too. */
  readonly updateFreq?: 'epoch' | 'batch' | number;
  /** Samples for the data set browser and the precision-recall curves, predicted after each epoch. */
  readonly samples?: WatchedSamples;
}

const optionNames = [
  'logDir',
  'histogramFreq',
  'writeGraph',
  'writeImages',
  'updateFreq',
  'samples',
] as const satisfies readonly (keyof TensorBoardOptions)[];

/** A run with weights of more channels than this shows the first of them. */
const MOST_CHANNELS = 64;

/**
 * Notes a training for the board and TensorBoard: losses, metrics and the learning rate after each epoch (and more often if
 * wanted), the graph, the weights. The folder gets a run `train` and, if there is a validation, a run `validation`.
 * @example await model.fit(x, y, { callbacks: [new TensorBoard('runs/first', { histogramFreq: 1 })] });
 */
export class TensorBoard extends Callback {
  readonly #logDir: string;
  readonly #histogramFreq: number;
  readonly #writeGraph: boolean;
  readonly #writeImages: boolean;
  readonly #updateFreq: number;
  readonly #samples: WatchedSamples | null;
  #train: SummaryWriter | null = null;
  #validation: SummaryWriter | null = null;

  constructor(logDir: string | TensorBoardOptions = {}, more: TensorBoardOptions = {}) {
    super();
    const options = typeof logDir === 'string' ? { ...more, logDir } : logDir;
    checkOptions('TensorBoard', options, optionNames);
    const { histogramFreq = 0, writeGraph = true, writeImages = false } = options;
    const { updateFreq = 'epoch', samples = null } = options;
    checkCount('TensorBoard: histogramFreq', histogramFreq, 0);
    const named = updateFreq === 'epoch' || updateFreq === 'batch';
    if (!named && !(Number.isInteger(updateFreq) && updateFreq > 0)) {
      throw new ValueError(
        `TensorBoard: updateFreq must be 'epoch', 'batch' or a number of batches, received ${updateFreq}`,
      );
    }
    this.#logDir = options.logDir ?? 'logs';
    this.#histogramFreq = histogramFreq;
    this.#writeGraph = writeGraph;
    this.#writeImages = writeImages;
    this.#updateFreq = updateFreq === 'epoch' ? 0 : updateFreq === 'batch' ? 1 : updateFreq;
    this.#samples = samples;
  }

  get #trainWriter(): SummaryWriter {
    this.#train ??= new SummaryWriter(joinPath(this.#logDir, 'train'));
    return this.#train;
  }

  get #validationWriter(): SummaryWriter {
    this.#validation ??= new SummaryWriter(joinPath(this.#logDir, 'validation'));
    return this.#validation;
  }

  override needsBatchLogs(mode: 'train' | 'test', _batch: number): boolean {
    if (mode !== 'train' || this.#updateFreq === 0) return false;
    return this.model.trainingState.iteration % this.#updateFreq === 0;
  }

  override onTrainBegin(): void {
    this.#closeWriters(); // of a run that ended with an error
    const writer = this.#trainWriter;
    if (this.#writeGraph && this.model.built) writer.addGraph(this.model);
  }

  override onTrainBatchEnd(batch: number, logs: Logs): void {
    if (!this.needsBatchLogs('train', batch)) return;
    for (const [name, value] of Object.entries(logs)) {
      this.#trainWriter.addScalar(`batch_${name}`, value, this.model.trainingState.iteration);
    }
  }

  override onTestEnd(logs: Logs): void {
    // Outside of `fit` there is no run to note it in.
    if (!this.#train) return;
    const { iteration } = this.model.trainingState;
    for (const [name, value] of Object.entries(logs)) {
      this.#validationWriter.addScalar(`evaluation_${name}_vs_iterations`, value, iteration);
    }
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    for (const [name, value] of Object.entries(logs)) {
      const validation = name.startsWith('val_');
      const writer = validation ? this.#validationWriter : this.#trainWriter;
      writer.addScalar(`epoch_${validation ? name.slice(4) : name}`, value, epoch);
    }
    const rate = this.model.optimizer.learningRate;
    this.#trainWriter.addScalar('epoch_learning_rate', rate, epoch);
    if (this.#histogramFreq > 0 && epoch % this.#histogramFreq === 0) this.#noteWeights(epoch);
    if (this.#samples) await this.#noteSamples(this.#samples, epoch);
  }

  override onTrainEnd(): void {
    this.#closeWriters();
  }

  #closeWriters(): void {
    this.#train?.close();
    this.#validation?.close();
    this.#train = null;
    this.#validation = null;
  }

  #noteWeights(epoch: number): void {
    for (const weight of this.model.weights) {
      this.#trainWriter.addHistogram(weight.path, weight, epoch);
      if (this.#writeImages) this.#noteWeightImage(weight, epoch);
    }
  }

  /** A kernel as grey pictures, one a filter, from its smallest number to its largest; other weights as one picture. */
  #noteWeightImage(weight: Tensor & { readonly path: string }, epoch: number): void {
    if (weight.rank !== 2 && weight.rank !== 4) return;
    const smallest = weight.min();
    const span = weight.max().sub(smallest);
    const scaled = weight.sub(smallest).div(span.item() === 0 ? 1 : span);
    const writer = this.#trainWriter;
    if (weight.rank === 2) {
      writer.addImage(`${weight.path}/image`, scaled, epoch, { dataFormats: 'HW' });
      return;
    }
    const [height, width, channels, filters] = weight.shape;
    const shown = Math.min(filters, MOST_CHANNELS);
    // Of the first input channel: more than three have no colours.
    const pictures = scaled
      .slice([{}, {}, { start: 0, stop: channels === 3 ? 3 : 1 }, { start: 0, stop: shown }])
      .reshape([height, width, channels === 3 ? 3 : 1, shown]);
    writer.addImages(`${weight.path}/image`, pictures, epoch, { dataFormats: 'HWCN' });
  }

  async #noteSamples(
    { x, labels, images, dataFormats, classNames }: WatchedSamples,
    epoch: number,
  ) {
    const predictions = (await this.model.predict(x, { verbose: 0 })) as Tensor;
    const writer = this.#trainWriter;
    const probabilities =
      predictions.shape.at(-1) === 1 ? bothClasses(predictions) : predictions.toArray();
    const table = probabilities as number[][];
    writer.addSamples('samples', images ?? x, epoch, {
      labels,
      predictions: table,
      classNames,
      dataFormats: dataFormats ?? 'NHWC',
    });
    const truth = Array.from(labelsOf(labels));
    for (let c = table[0].length === 2 ? 1 : 0; c < table[0].length; c++) {
      const name = classNames?.[c] ?? String(c);
      const guesses = table.map((row) => Math.min(1, Math.max(0, row[c])));
      const isClass = truth.map((label) => Number(label === c));
      writer.addPrCurve(`class/${name}`, isClass, guesses, epoch);
    }
  }
}

const labelsOf = (labels: ArrayInput): ArrayLike<number> =>
  ArrayBuffer.isView(labels) || Array.isArray(labels)
    ? (labels as ArrayLike<number>)
    : (labels as Tensor).dataSync();

/** A network with one output gives the probability of class 1. */
const bothClasses = (predictions: Tensor): number[][] =>
  Array.from(predictions.dataSync(), (p) => [1 - p, p]);
