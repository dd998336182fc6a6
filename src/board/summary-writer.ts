import type { HparamValue } from '../formats/tfevents.ts';
import { ValueError } from '../tensor/index.ts';
import type { ArrayInput } from './array-input.ts';
import { RunWriter } from './run-writer.ts';

/** What a SummaryWriter takes besides the folder. */
export interface SummaryWriterOptions {
  /** Added to the folder's name where none is given. */
  readonly comment?: string;
  /** Ends the file's name. */
  readonly filenameSuffix?: string;
}

const names = ['comment', 'filenameSuffix'];

/** `Nov24_10-35-24` for a run that has no name. */
function runName(now: Date): string {
  const month = now.toLocaleString('en', { month: 'short' });
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('-');
  return `${month}${two(now.getDate())}_${time}`;
}

/**
 * Notes what happens in a training under TensorBoard's names as PyTorch has them. Every call is written at once: a program
 * that is killed loses nothing.
 * @example
 * const writer = new SummaryWriter('runs/second');
 * writer.addScalar('loss/train', 0.3, 10);
 * writer.close();
 */
export class SummaryWriter extends RunWriter {
  protected override readonly dataFormats = 'CHW';
  protected override readonly usualBuckets = 30;
  protected override readonly usualThresholds = 127;

  constructor(logDir: string | null = null, options: SummaryWriterOptions = {}) {
    const unknown = Object.keys(options).find((name) => !names.includes(name));
    if (unknown) throw new ValueError(`SummaryWriter: there is no option '${unknown}'`);
    const { comment = '', filenameSuffix = '' } = options;
    super('SummaryWriter', logDir ?? `runs/${runName(new Date())}${comment}`, filenameSuffix);
  }

  /** Notes points of a space of many dimensions, [points, dimensions], with one label each. */
  addEmbedding(
    matrix: ArrayInput,
    options: {
      readonly metadata?: readonly (string | readonly string[])[];
      readonly metadataHeader?: readonly string[];
      readonly globalStep?: number;
      readonly tag?: string;
    } = {},
  ): void {
    const { metadata = null, metadataHeader = null, globalStep = 0, tag = 'default' } = options;
    this.writeEmbedding(tag, matrix, globalStep, metadata, metadataHeader);
  }

  /** Notes hyperparameters and what came of them: the metrics are written as scalars, too. */
  addHparams(
    hparams: Readonly<Record<string, HparamValue>>,
    metrics: Readonly<Record<string, number>>,
    step = 0,
  ): void {
    this.writeHparams(hparams, Object.keys(metrics));
    for (const [tag, value] of Object.entries(metrics)) this.addScalar(tag, value, step);
  }
}
