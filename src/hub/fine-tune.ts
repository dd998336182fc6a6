import type { SkippedFile } from '../data/image/index.ts';
import { dense, dropout, globalAveragePooling2d, type KerasTensor } from '../layers/index.ts';
import { inferenceModel } from '../models/index.ts';
import { setSeed } from '../ops/random/index.ts';
import { Adam } from '../optimizers/index.ts';
import { ValueError } from '../tensor/index.ts';
import { EarlyStopping, type FitOptions, Model } from '../training/index.ts';
import { classifierOf, describeModel } from './classifier-file.ts';
import { cutForTop } from './cut-model.ts';
import { ImageClassifier } from './image-classifier.ts';
import { type BaseOptions, openBase, type PhotoBase } from './photo-base.ts';
import { PhotoFeatures } from './photo-features.ts';
import { type LabelledPhotos, type PhotoSplit, readPhotoFolder } from './photo-folder.ts';
import { PhotoLoader } from './photo-loader.ts';
import { type PhotoReport, reportOf } from './photo-report.ts';

/** Options of `fineTune`. */
export interface FineTuneOptions extends BaseOptions {
  /** A name of the hub, a network of one's own, or `'none'`: a small network that begins from nothing. Default `'mobilenet_v2'`. */
  readonly base?: string | PhotoBase;
  /** After the head, so many of the base's last layers with weights learn, or the layer of that name and all behind it. */
  readonly unfreeze?: number | string | null;
  /** Passes over the photos, at most. Default 20; for the unfrozen layers half of them. */
  readonly epochs?: number;
  /** Default 32. */
  readonly batchSize?: number;
  /** Of the head, or of the whole new network. Default 0.001. */
  readonly learningRate?: number;
  /** Of the unfrozen layers. Default a hundredth of `learningRate`. */
  readonly topLearningRate?: number;
  /** Whether the network also sees photos mirrored, turned, moved and scaled a little. Default false. */
  readonly augment?: boolean;
  /** Whether rare classes count more, so that all classes weigh the same. Default false. */
  readonly classWeights?: boolean;
  /** Passes without a better validation loss after which the training ends. Default 3; 8 for a new network. */
  readonly patience?: number;
  /** Share of the photos for validation, where the folder is not split. Default 0.2. */
  readonly validationSplit?: number;
  /** The same seed gives the same weights. Default 0. */
  readonly seed?: number;
  /** As in `fit`. Default 0. */
  readonly verbose?: FitOptions['verbose'];
  /** Hears of how many photos features are computed. */
  readonly onFeatures?: (done: number, total: number) => void;
}

/** A part of the training. */
export interface FineTuneStage {
  /** `'head'`: the new layers on the frozen base; `'top'`: also the base's last layers; `'all'`: a new network. */
  readonly stage: 'head' | 'top' | 'all';
  /** Layers that learned. */
  readonly layers: readonly string[];
  /** By name of loss or metric, a number an epoch. */
  readonly history: Readonly<Record<string, readonly number[]>>;
  /** Whether its weights are those that were kept: not where they did worse in validation. */
  readonly kept: boolean;
}

/** A classifier of photos and how well it does. */
export interface FineTuned {
  /** Its model carries classes and preprocessing: `classifier.model.save('pets.keras')`. */
  readonly classifier: ImageClassifier;
  /** On the validation photos. */
  readonly report: PhotoReport;
  readonly stages: readonly FineTuneStage[];
  /** Photos to train on. */
  readonly trainingPhotos: number;
  /** Photos that could not be read. */
  readonly skipped: readonly SkippedFile[];
}

/**
 * Learns the classes of photos on a base that was trained on others: its features of all photos are computed once, a head learns
 * to tell them apart, and then, with `unfreeze`, the base's last layers at a low rate. Batch normalizations of the base go on
 * with the averages that they have. Ends early when the validation gets no better, with the best weights. Node only, where
 * `data` is a folder (see `readPhotoFolder`).
 * @example
 * const { classifier, report } = await fineTune('pets', { base: 'mobilenet_v2' });
 * console.log(report.accuracy);
 * await classifier.model.save('pets.keras');
 */
export async function fineTune(
  data: string | PhotoSplit,
  options: FineTuneOptions = {},
): Promise<FineTuned> {
  const { base: wanted = 'mobilenet_v2', unfreeze = null, seed = 0 } = options;
  const { size, weights, mirror, offline, onProgress, signal } = options;
  const photos = typeof data === 'string' ? await readPhotoFolder(data, options) : data;
  checkPhotos(photos);
  setSeed(seed);
  const base =
    typeof wanted === 'string'
      ? await openBase(wanted, { size, weights, mirror, offline, onProgress })
      : wanted;
  const isNew = base.isNew ?? false;
  if (isNew && unfreeze !== null) {
    throw new ValueError(`unfreeze is for a base that knows something; '${base.name}' is new`);
  }
  const cut = unfreeze === null ? null : cutForTop(base.model, unfreeze);
  for (const layer of base.model.layers) layer.trainable = isNew;
  const { model, features, head } = withHead(base, photos.classNames.length);
  describeModel(
    new ImageClassifier({
      name: model.name,
      model,
      classes: photos.classNames.map((label) => ({ label })),
      preprocessing: base.preprocessing,
      featuresLayer: features.node?.layer.name,
    }),
  );
  const tuning = new Tuning(model, photos, base, options);
  if (isNew)
    await tuning.run(
      'all',
      model.inputs[0],
      model.layers.map(({ name }) => name),
    );
  else await tuning.run('head', features, [head]);
  if (cut && !signal?.aborted) {
    for (const name of cut.learning) model.getLayer(name).trainable = true;
    await tuning.run('top', cut.at, [...cut.learning, head]);
  }
  model.compile({
    optimizer: new Adam({ learningRate: options.topLearningRate ?? 1e-5 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const { report, stages, trainingPhotos, loader } = tuning;
  return {
    classifier: classifierOf(model),
    report: report as PhotoReport,
    stages,
    trainingPhotos,
    skipped: loader.skipped,
  };
}

function checkPhotos({ classNames, training, validation }: PhotoSplit): void {
  if (classNames.length < 2) {
    throw new ValueError(`fineTune: two classes or more are needed, received ${classNames.length}`);
  }
  for (const [what, { paths, labels }] of Object.entries({ training, validation })) {
    if (paths.length === 0) throw new ValueError(`fineTune: there are no ${what} photos`);
    if (paths.length !== labels.length) {
      throw new ValueError(
        `fineTune: there are ${paths.length} ${what} photos but ${labels.length} labels`,
      );
    }
    const bad = labels.find((n) => !Number.isSafeInteger(n) || n < 0 || n >= classNames.length);
    if (bad === undefined) continue;
    throw new ValueError(
      `fineTune: a label must be a whole number from 0 to ${classNames.length - 1}, received ${bad}`,
    );
  }
}

/** The base with a head for the classes: one network, whose layers are the base's own. */
function withHead(
  base: PhotoBase,
  classes: number,
): { model: Model; features: KerasTensor; head: string } {
  const taken = new Set(base.model.layers.map(({ name }) => name));
  const unused = (name: string): string => {
    let found = name;
    for (let n = 1; taken.has(found); n++) found = `${name}_${n}`;
    return found;
  };
  const output = base.model.output as KerasTensor;
  const features =
    output.rank === 4 ? globalAveragePooling2d({ name: unused('features') }).apply(output) : output;
  const kept = dropout(0.2, { name: unused('head_dropout') }).apply(features);
  const head = unused('head');
  const outputs = dense(classes, { activation: 'softmax', name: head }).apply(kept);
  const name = base.isNew ? base.model.name : `${base.name}_photos`;
  return { model: new Model({ inputs: base.model.inputs[0], outputs, name }), features, head };
}

/** The training of a network, stage by stage. */
class Tuning {
  readonly stages: FineTuneStage[] = [];
  readonly loader: PhotoLoader;
  report: PhotoReport | null = null;
  readonly #model: Model;
  readonly #photos: PhotoSplit;
  readonly #options: FineTuneOptions;

  constructor(model: Model, photos: PhotoSplit, base: PhotoBase, options: FineTuneOptions) {
    this.#model = model;
    this.#photos = photos;
    this.#options = options;
    this.loader = new PhotoLoader(base.preprocessing, model.inputs[0].shape.slice(1) as number[]);
  }

  /** Photos to train on, without those that could not be read. */
  get trainingPhotos(): number {
    const skipped = new Set(this.loader.skipped.map(({ path }) => path));
    return this.#photos.training.paths.filter((path) => !skipped.has(path)).length;
  }

  /** Trains what is behind `from`, on what the rest gives. */
  async run(
    stage: FineTuneStage['stage'],
    from: KerasTensor,
    layers: readonly string[],
  ): Promise<void> {
    const { batchSize = 32, learningRate = 1e-3, augment = false, seed = 0 } = this.#options;
    const { epochs = 20, verbose = 0, signal = null, onFeatures } = this.#options;
    const patience = this.#options.patience ?? (stage === 'all' ? 8 : 3);
    const model = this.#model;
    const isWhole = from === model.inputs[0];
    const before = isWhole
      ? null
      : inferenceModel(new Model({ inputs: model.inputs[0], outputs: from }));
    const behind = isWhole ? model : new Model({ inputs: from, outputs: model.outputs[0] });
    const parts = { loader: this.loader, network: before, seed, onFeatures };
    const training = await PhotoFeatures.of(this.#photos.training, {
      ...parts,
      // The head's photos are changed a few times beforehand, those of larger parts anew in each pass.
      augment: !augment ? null : stage === 'head' ? 'copies' : 'anew',
    });
    const validation = await PhotoFeatures.of(this.#photos.validation, { ...parts, augment: null });
    const isTop = stage === 'top';
    const rate = isTop ? (this.#options.topLearningRate ?? learningRate / 100) : learningRate;
    behind.compile({
      optimizer: new Adam({ learningRate: rate }),
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    });
    const old = this.report && behind.getWeights();
    const common = {
      epochs: isTop ? Math.ceil(epochs / 2) : epochs,
      verbose,
      signal,
      classWeight: this.#options.classWeights ? this.#classWeight() : null,
      callbacks: [new EarlyStopping({ monitor: 'val_loss', patience, restoreBestWeights: true })],
      validationData: validation.rows
        ? ([validation.rows.x, validation.rows.y] as const)
        : validation.batches(batchSize),
    };
    const history = training.rows
      ? await behind.fit(training.rows.x, training.rows.y, { ...common, batchSize })
      : await behind.fit(training.batches(batchSize), common);
    const report = await this.#measure(behind, validation);
    const kept = !this.report || report.loss <= this.report.loss;
    if (kept) this.report = report;
    else if (old) behind.setWeights(old);
    this.stages.push({ stage, layers, history: history.history, kept });
  }

  async #measure(behind: Model, validation: PhotoFeatures): Promise<PhotoReport> {
    const logits = inferenceModel(behind, { logits: true });
    return reportOf(await validation.scores(logits), this.#photos.classNames);
  }

  /** All classes together weigh the same as without weights. */
  #classWeight(): Record<number, number> {
    const { classNames, training } = this.#photos;
    return Object.fromEntries(
      classNames.map((_, label) => [label, weightOf(training, label, classNames.length)]),
    );
  }
}

function weightOf({ labels }: LabelledPhotos, label: number, classes: number): number {
  const own = labels.filter((of) => of === label).length;
  return own ? labels.length / (classes * own) : 1;
}
