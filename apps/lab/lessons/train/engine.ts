import { Callback, type HostArray, type Logs, type Model, setSeed } from 'gradus';
import { Dataset } from 'gradus/data';
import { loadSet, type Part, type SetName } from '../../engine/data-sets.ts';
import { eventsOf } from '../../engine/events-of.ts';
import { openModel } from '../../engine/open-model.ts';
import { PlainError } from '../../engine/plain-error.ts';
import { type Examination, examine } from './examine.ts';
import { build, describe as describeLayers } from './network.ts';
import { encode, type SavedFormat } from './save-formats.ts';
import type { LayerSpec, Training } from './specs.ts';

/** What a training tells while it runs. */
export type TrainingEvent =
  | { readonly kind: 'loading'; readonly share: number }
  | {
      readonly kind: 'step';
      /** Steps since the beginning. */
      readonly step: number;
      readonly epoch: number;
      readonly loss: number;
      readonly accuracy: number;
      /** Milliseconds a step, lately. */
      readonly ms: number;
    }
  | {
      readonly kind: 'epoch';
      readonly step: number;
      readonly epoch: number;
      readonly loss: number;
      readonly accuracy: number;
      readonly valLoss: number;
      readonly valAccuracy: number;
    }
  | { readonly kind: 'paused'; readonly step: number }
  | { readonly kind: 'done'; readonly examination: Examination };

/** Shapes and parameters of a stack of layers. */
export const describe = describeLayers;

interface Run {
  readonly model: Model;
  readonly data: SetName;
  readonly gate: Gate;
}

/** The network that was trained or opened last: what is examined and saved. */
let current: { model: Model; data: SetName } | null = null;
let running: Run | null = null;

/** Lets a training go on, or holds it after a step. */
class Gate {
  paused = false;
  stopped = false;
  #steps = 0;
  #open: (() => void)[] = [];

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.#release();
  }

  step(): void {
    this.#steps++;
    this.#release();
  }

  stop(): void {
    this.stopped = true;
    this.#release();
  }

  #release(): void {
    for (const open of this.#open.splice(0)) open();
  }

  /** Waits while the training is held. */
  async pass(onWait: () => void): Promise<void> {
    if (this.#steps > 0) this.#steps--;
    while (this.paused && !this.stopped && this.#steps === 0) {
      onWait();
      await new Promise<void>((resolve) => this.#open.push(resolve));
    }
  }
}

/** Holds a training at the gate and tells how it goes, ten times a second at most. */
class Teller extends Callback {
  readonly #gate: Gate;
  readonly #tell: (event: TrainingEvent) => void;
  #step = 0;
  #epoch = 0;
  #told = 0;
  #since = { step: 0, at: 0 };
  /** Steps of the epoch and the sums of what they gave, when it was told last. */
  #before = { steps: 0, loss: 0, accuracy: 0 };

  constructor(gate: Gate, tell: (event: TrainingEvent) => void) {
    super();
    this.#gate = gate;
    this.#tell = tell;
  }

  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
    this.#before = { steps: 0, loss: 0, accuracy: 0 };
  }

  #due(): boolean {
    return this.#gate.paused || performance.now() - this.#told > 100;
  }

  override needsBatchLogs(mode: 'train' | 'test'): boolean {
    return mode === 'train' && this.#due();
  }

  /** Means over the steps since it was told last; the logs are means since the epoch began. */
  #recent(steps: number, { loss, accuracy }: Logs): { loss: number; accuracy: number } {
    const { steps: told, ...sums } = this.#before;
    const now = { loss: loss * steps, accuracy: accuracy * steps };
    this.#before = { steps, ...now };
    return {
      loss: (now.loss - sums.loss) / (steps - told),
      accuracy: (now.accuracy - sums.accuracy) / (steps - told),
    };
  }

  override async onTrainBatchEnd(batch: number, logs: Logs): Promise<void> {
    this.#step++;
    if (logs.loss !== undefined && this.#due()) {
      const now = performance.now();
      const { step, at } = this.#since;
      this.#tell({
        kind: 'step',
        step: this.#step,
        epoch: this.#epoch,
        ...this.#recent(batch + 1, logs),
        ms: at ? (now - at) / (this.#step - step) : 0,
      });
      this.#told = now;
      this.#since = { step: this.#step, at: now };
    }
    await this.#gate.pass(() => this.#tell({ kind: 'paused', step: this.#step }));
    if (this.#gate.stopped) this.model.stopTraining = true;
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    const { loss, accuracy, val_loss: valLoss, val_accuracy: valAccuracy } = logs;
    const step = this.#step;
    this.#tell({ kind: 'epoch', step, epoch, loss, accuracy, valLoss, valAccuracy });
  }
}

/** Images and classes as batches: bytes until a batch needs them. */
function samplesOf({ images, labels }: Part, count: number) {
  const first = ({ data, shape, ...rest }: HostArray): HostArray => {
    const rows = Math.min(count, shape[0]);
    const size = shape.slice(1).reduce((a, b) => a * b, 1);
    return { ...rest, shape: [rows, ...shape.slice(1)], data: data.subarray(0, rows * size) };
  };
  return Dataset.fromTensorSlices([first(images), first(labels)] as const).preprocess([
    { shape: [28, 28, 1], rescale: 1 / 255 },
    { oneHot: 10 },
  ]);
}

/** Test images that are looked at after each epoch. */
const checked = 1000;

/** Trains a network, telling how it goes; ends when it has learned, was stopped, or the page no longer listens. */
export async function* train(
  specs: readonly LayerSpec[],
  training: Training,
): AsyncGenerator<TrainingEvent> {
  running?.gate.stop();
  const gate = new Gate();
  const learn = async (tell: (event: TrainingEvent) => void): Promise<void> => {
    const set = await loadSet(training.data, (share) => tell({ kind: 'loading', share }));
    setSeed(training.seed);
    const model = build(specs, training);
    running = { model, data: training.data, gate };
    const batches = samplesOf(set.train, training.count)
      .shuffle(training.count, { seed: training.seed })
      .batch(training.batchSize);
    await model.fit(batches, {
      epochs: training.epochs,
      validationData: samplesOf(set.test, checked).batch(250),
      callbacks: [new Teller(gate, tell)],
      verbose: 0,
    });
    current = { model, data: training.data };
    tell({ kind: 'done', examination: await examine(model, set.test, checked) });
  };
  try {
    yield* eventsOf(learn);
  } finally {
    gate.stop();
    if (running?.gate === gate) running = null;
  }
}

/** Holds the training after its present step. */
export const pause = (): void => running?.gate.pause();
/** Lets it go on. */
export const resume = (): void => running?.gate.resume();
/** Lets it take one step. */
export const step = (): void => running?.gate.step();
/** Ends it; what was learned stays. */
export const stop = (): void => running?.gate.stop();

/** The network as a file of a format. */
export async function save(format: SavedFormat): Promise<Uint8Array> {
  if (!current) throw nothingYet();
  return encode(current.model, format);
}

const nothingYet = (): PlainError =>
  new PlainError({
    en: 'There is no network yet: train one, or open a file.',
    zh: '还没有网络：请先训练一个，或打开一个文件。',
  });

/** What is known of a network that was opened. */
export interface Opened {
  readonly name: string;
  readonly layers: readonly {
    readonly name: string;
    readonly kind: string;
    readonly shape: readonly (number | null)[];
    readonly parameters: number;
  }[];
  readonly examination: Examination;
}

/** Opens a model's file and tries it on the test images of a data set. */
export async function open(file: File, data: SetName): Promise<Opened> {
  const model = await openModel(file);
  const set = await loadSet(data);
  const examination = await examine(model, set.test, checked);
  current = { model, data };
  return {
    name: model.name,
    layers: model.layers.map((layer) => ({
      name: layer.name,
      kind: layer.className,
      shape: shapeOf(layer),
      parameters: layer.weights.reduce((sum, { size }) => sum + size, 0),
    })),
    examination,
  };
}

function shapeOf(layer: Model['layers'][number]): readonly (number | null)[] {
  try {
    return [layer.output].flat()[0].shape.slice(1);
  } catch {
    return []; // a layer that was used twice has no one output
  }
}
