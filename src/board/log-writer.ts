import type { HparamValue } from '../formats/tfevents.ts';
import { ValueError } from '../tensor/index.ts';
import type { ArrayInput } from './array-input.ts';
import { RunWriter, type WhenOptions } from './run-writer.ts';

/** What a LogWriter takes besides the folder. */
export interface LogWriterOptions {
  /** The run's folder, where it is not the first argument. */
  readonly logdir?: string;
  /** Ends the file's name. */
  readonly fileNameSuffix?: string;
}

const names = ['logdir', 'fileNameSuffix'];

/**
 * Notes what happens in a training under VisualDL's names, in files that the board and TensorBoard read. Every call is
 * written at once: a program that is killed loses nothing.
 * @example
 * const writer = new LogWriter('runs/first');
 * writer.addScalar('train/loss', 0.3, 10);
 * writer.close();
 */
export class LogWriter extends RunWriter {
  protected override readonly dataFormats = 'HWC';
  protected override readonly usualBuckets = 10;
  protected override readonly usualThresholds = 10;

  constructor(logdir: string | LogWriterOptions, options: LogWriterOptions = {}) {
    const given = typeof logdir === 'string' ? { ...options, logdir } : { ...logdir };
    const unknown = Object.keys(given).find((name) => !names.includes(name));
    if (unknown) throw new ValueError(`LogWriter: there is no option '${unknown}'`);
    super('LogWriter', given.logdir ?? '', given.fileNameSuffix ?? '');
  }

  /** Notes true and false positive rates; the board draws both kinds of curve from the same counts. */
  addRocCurve(
    tag: string,
    labels: ArrayInput,
    predictions: ArrayInput,
    step = 0,
    thresholds = this.usualThresholds,
    options: WhenOptions = {},
  ): void {
    this.addPrCurve(tag, labels, predictions, step, thresholds, options);
  }

  /** Notes points of a space of many dimensions, [points, dimensions], with one label each (or one row under a header). */
  addEmbeddings(
    tag: string,
    matrix: ArrayInput,
    metadata: readonly (string | readonly string[])[] | null = null,
    metadataHeader: readonly string[] | null = null,
    step = 0,
  ): void {
    this.writeEmbedding(tag, matrix, step, metadata, metadataHeader);
  }

  /** `addEmbeddings` under TensorBoard's name. */
  addEmbedding(...args: Parameters<LogWriter['addEmbeddings']>): void {
    this.addEmbeddings(...args);
  }

  /** Notes the hyperparameters of this run and the tags of the scalars by which runs are compared. */
  addHparams(
    hparams: Readonly<Record<string, HparamValue>>,
    metrics: readonly string[] = [],
  ): void {
    this.writeHparams(hparams, metrics);
  }
}
