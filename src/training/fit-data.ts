import { ValueError } from '../tensor/index.ts';
import type { BatchSource, Columns } from './batches.ts';
import type { Compiled } from './compiled.ts';
import { type BatchIterable, isBatchIterable, type Samples } from './data.ts';
import type { FitOptions, ValidationData } from './fit.ts';
import type { Model } from './model.ts';
import { arraySource, firstBatch, iterableSource, prepareFor, readColumns } from './sources.ts';

/** Data as far as it can be made ready before the seed is known. */
export interface PreparedData {
  readonly steps: number | null;
  readonly validation: BatchSource | null;
  open(seed: number): BatchSource;
}

/** Reads and checks what `fit` was given, and makes what the first step needs. */
export async function prepareData(
  model: Model,
  compiled: Compiled,
  x: Samples | BatchIterable,
  y: Samples | null,
  options: FitOptions,
): Promise<PreparedData> {
  const { stepsPerEpoch: steps = null, validationSplit: split = 0, classWeight = null } = options;
  const validationData = options.validationData ?? null;
  if (isBatchIterable(x)) {
    checkIterableOptions(y, options);
    const source = iterableSource(model, 'fit', x, steps, classWeight, compiled);
    const validation = await validationSource(model, compiled, validationData, options);
    return { steps: source.steps, validation, open: () => source };
  }
  const { sampleWeight = null, shuffle = true } = options;
  const batchSize = options.batchSize ?? 32;
  let columns = await readColumns(model, 'fit', { x, y, sampleWeight, classWeight });
  let kept: Columns | null = null;
  if (split && !validationData) {
    const { rows } = columns.x[0];
    const at = Math.floor(rows * (1 - split));
    if (at < 1 || at >= rows) {
      throw new ValueError(
        `fit: validationSplit ${split} of ${rows} rows leaves ${at} to train on and ${rows - at} to validate; ` +
          'both need at least one',
      );
    }
    kept = sliceColumns(columns, at, rows);
    columns = sliceColumns(columns, 0, at);
  }
  prepareFor(model, compiled, columns, firstBatch(model, columns, batchSize));
  const validation = kept
    ? columnsSource(model, compiled, kept, options)
    : await validationSource(model, compiled, validationData, options);
  const open = (seed: number): BatchSource =>
    arraySource(model, columns, batchSize, steps, shuffle ? seed : null);
  return { steps: open(0).steps, validation, open };
}

function checkIterableOptions(y: Samples | null, options: FitOptions): void {
  if (y !== null) {
    throw new ValueError(
      'fit: y must be left out where x gives batches: it gives [x, y] or [x, y, sampleWeight]',
    );
  }
  for (const name of ['batchSize', 'validationSplit', 'sampleWeight'] as const) {
    if (options[name]) {
      throw new ValueError(
        `fit: ${name} cannot be used where x gives batches; put it into what makes them`,
      );
    }
  }
}

async function validationSource(
  model: Model,
  compiled: Compiled,
  data: ValidationData | null,
  options: FitOptions,
): Promise<BatchSource | null> {
  if (data === null) return null;
  if (isBatchIterable(data)) {
    return iterableSource(
      model,
      'fit: validationData',
      data,
      options.validationSteps ?? null,
      null,
      compiled,
    );
  }
  if (!Array.isArray(data) || data.length < 2 || data.length > 3) {
    throw new ValueError(
      'fit: validationData must be [x, y], [x, y, sampleWeight] or batches of these',
    );
  }
  const [x, y, sampleWeight = null] = data as readonly [Samples, Samples, (Samples | null)?];
  const columns = await readColumns(model, 'fit: validationData', {
    x,
    y,
    sampleWeight,
    classWeight: null,
  });
  return columnsSource(model, compiled, columns, options);
}

/** Validation batches of arrays, checked. */
function columnsSource(
  model: Model,
  compiled: Compiled,
  columns: Columns,
  { validationBatchSize, batchSize, validationSteps = null }: FitOptions,
): BatchSource {
  const size = validationBatchSize ?? batchSize ?? 32;
  prepareFor(model, compiled, columns, firstBatch(model, columns, size));
  return arraySource(model, columns, size, validationSteps, null);
}

const sliceColumns = ({ x, y, weights }: Columns, start: number, stop: number): Columns => ({
  x: x.map((column) => column.slice(start, stop)),
  y: y.map((column) => column.slice(start, stop)),
  weights: weights.map((column) => column.slice(start, stop)),
});
