import { Dataset } from '../data/dataset.ts';
import { type ItemParts, IterableBatches } from './batch-source.ts';
import {
  ArrayBatches,
  type Batch,
  type BatchSource,
  type Columns,
  cutBatch,
  type FeedTypes,
} from './batches.ts';
import { checkLabels, fitInputs } from './check-data.ts';
import { type ClassWeight, combineWeights } from './class-weights.ts';
import type { Compiled } from './compiled.ts';
import {
  type ArrayData,
  type BatchIterable,
  checkRows,
  columnsOf,
  denseColumnsOf,
  type Samples,
} from './data.ts';
import { DatasetBatches } from './dataset-batches.ts';
import type { Model } from './model.ts';
import { isNamed } from './named.ts';

/** What a function of the model was given to work on. */
export interface DataArguments {
  readonly x: Samples | BatchIterable;
  readonly y: Samples | null;
  readonly sampleWeight: Samples | null;
  readonly classWeight: ClassWeight | null;
}

/** Arrays as columns that fit the model's inputs. */
export async function readColumns(
  model: Model,
  where: string,
  { x, y, sampleWeight, classWeight }: DataArguments & { readonly x: Samples },
): Promise<Columns> {
  const inputs = await columnsOf(where, 'x', x, model.inputNames);
  const labels = y === null ? [] : await denseColumnsOf(where, 'y', y, namesFor(model, y));
  const given =
    sampleWeight === null
      ? []
      : await denseColumnsOf(where, 'sampleWeight', sampleWeight, namesFor(model, sampleWeight));
  checkRows([...inputs, ...labels, ...given]);
  const fitted = fitInputs(model, inputs);
  for (const column of given) column.checkFinite();
  return { x: fitted, y: labels, weights: combineWeights(where, labels, given, classWeight) };
}

/** Names that arrays for the outputs go by; none where they come for some outputs only, or one for all. */
function namesFor(model: Model, samples: Samples): readonly string[] {
  const names = model.outputNames;
  if (isNamed(samples as Readonly<Record<string, ArrayData>>)) {
    return names.filter((name) => Object.hasOwn(samples as object, name));
  }
  return Array.isArray(samples) && samples.length === names.length ? names : names.slice(0, 1);
}

/** The types in which the model wants its inputs. */
const feedTypes = (model: Model): FeedTypes => ({ x: model.inputs.map(({ dtype }) => dtype) });

/** Batches of rows of columns, in the order of a seed or, without one, their own. */
export function arraySource(
  model: Model,
  columns: Columns,
  batchSize: number,
  steps: number | null,
  seed: number | null,
): BatchSource {
  return new ArrayBatches(columns, feedTypes(model), batchSize, seed, steps);
}

/** Batches that something else makes, each checked as arrays are. */
export function iterableSource(
  model: Model,
  where: string,
  given: BatchIterable,
  steps: number | null,
  classWeight: ClassWeight | null,
  compiled: Compiled | null,
): BatchSource {
  if (given instanceof Dataset) {
    return new DatasetBatches(model, where, given, steps, compiled, classWeight);
  }
  return new IterableBatches(where, given, steps, async (parts: ItemParts) => {
    const columns = await readColumns(model, where, { ...parts, classWeight });
    const batch = firstBatch(model, columns);
    if (compiled) prepareFor(model, compiled, columns, batch);
    return batch;
  });
}

/** The first rows as a batch: all of them where no size is given. */
export function firstBatch(model: Model, columns: Columns, size = columns.x[0].rows): Batch {
  return cutBatch(columns, feedTypes(model), null, 0, Math.min(size, columns.x[0].rows));
}

/** Makes what the first step needs, and checks the labels against the losses. */
export function prepareFor(model: Model, compiled: Compiled, columns: Columns, batch: Batch): void {
  compiled.prepare(batch);
  checkLabels(model, compiled, columns.y, compiled.outputShapes(batch));
}
