import { type CustomObjects, isPlainObject, withCustomObjects } from '../../config/index.ts';
import { withWeightsToCome } from '../../layers/weights-to-come.ts';
import { FormatError, GradusError } from '../../tensor/index.ts';
import { Model } from '../model.ts';
import { layerFromFile } from '../read-architecture.ts';
import type { Identified } from './identify.ts';
import { isBefore3, withOldMeanings } from './old-config.ts';
import type { OpenSource } from './open-source.ts';

/** What a reader of models is told. */
export interface ReadModelOptions {
  readonly found: Identified;
  readonly customObjects: CustomObjects;
  /** Whether the model shall be ready to train on. */
  readonly compile: boolean;
  readonly maxBytes: number;
}

/** What a reader of weights is told. */
export interface ReadWeightsOptions {
  readonly found: Identified;
  readonly maxBytes: number;
  /** Whether layers are found by their names, and those that are not in the file left alone. */
  readonly byName: boolean;
  /** Whether layers whose weights have other shapes are left alone. */
  readonly skipMismatch: boolean;
}

/** How models of one format are read and written; what a format cannot do is absent. */
export interface ModelFormat {
  loadModel?(source: OpenSource, options: ReadModelOptions): Promise<Model>;
  loadWeights?(model: Model, source: OpenSource, options: ReadWeightsOptions): Promise<void>;
  encodeModel?(model: Model): Promise<Iterable<Uint8Array>>;
  encodeWeights?(model: Model): Promise<Iterable<Uint8Array>>;
  /** In place of `encodeModel` where a model is several files: their contents by name, the first is the one that is named. */
  encodeFiles?(model: Model): Promise<ReadonlyMap<string, Uint8Array>>;
}

/**
 * Runs what makes objects from a file's words; whatever is wrong with them (an unknown option, a size below 0) is a fault
 * of the file.
 */
export function blameFile<T>(file: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (error instanceof FormatError || !isOfValues(error)) throw error;
    throw Object.assign(new FormatError(error.message, { file }), { cause: error });
  }
}

/**
 * What values that nobody expects lead to: our own errors, or JavaScript's where a number or text is an object. The cause goes along
 * for whoever looks for a fault of the program.
 */
const isOfValues = (error: unknown): error is Error =>
  error instanceof GradusError || error instanceof TypeError || error instanceof RangeError;

/** A model from its form in a file. With `blank`, weights are zeros until values come. */
export function makeModel(
  json: unknown,
  file: string,
  {
    customObjects,
    maxBytes,
    blank,
  }: Pick<ReadModelOptions, 'customObjects' | 'maxBytes'> & {
    readonly blank: boolean;
  },
): Model {
  // `to_json()` of Keras 2 noted its version.
  const version = isPlainObject(json) ? json.keras_version : undefined;
  const isOld = typeof version === 'string' && isBefore3(version);
  return blameFile(file, () =>
    withCustomObjects(customObjects, () =>
      withWeightsToCome({ maxBytes, blank }, () => {
        const model = layerFromFile(isOld ? withOldMeanings(json) : json, file);
        if (model instanceof Model) return model;
        throw new FormatError('the file describes a layer, not a model', { file });
      }),
    ),
  );
}
