import type { ArraySource } from '../data/array-source.ts';
import type { KerasTensor, SymbolicShape } from '../layers/keras-tensor.ts';
import { formatShape, sameShape, type Shape, ShapeError, sizeOf, ValueError } from '../tensor/index.ts';
import type { Columns } from './batches.ts';
import type { Compiled } from './compiled.ts';
import type { Model } from './model.ts';

/**
 * Inputs as the model wants them, an axis of one added or taken away where that makes them fit. Throws, naming the input, where
 * a shape does not fit or a number is missing.
 */
export function fitInputs(model: Model, columns: readonly ArraySource[]): ArraySource[] {
  const { inputs } = model;
  if (inputs.length && columns.length !== inputs.length) {
    throw new ValueError(
      `${columns[0].name}: the model has ${inputs.length} inputs (${model.inputNames.join(', ')}), ` +
        `received ${columns.length} arrays`,
    );
  }
  return columns.map((column, i) => {
    column.checkFinite();
    return inputs.length ? fitInput(column, inputs[i], model.inputNames[i]) : column;
  });
}

function fitInput(column: ArraySource, input: KerasTensor, name: string): ArraySource {
  const wanted = input.shape.slice(1);
  const { rowShape } = column;
  const fits = (shape: Shape): boolean =>
    shape.length === wanted.length && wanted.every((n, i) => n === null || n === shape[i]);
  if (fits(rowShape)) return column;
  const longer = [...rowShape, 1];
  if (fits(longer)) return column.withRowShape(longer);
  const shorter = rowShape.slice(0, -1);
  if (rowShape.at(-1) === 1 && fits(shorter)) return column.withRowShape(shorter);
  const known = wanted.every((n) => n !== null) && sizeOf(wanted as Shape) === sizeOf(rowShape);
  throw new ShapeError(
    `${column.name} has shape ${formatShape(column.shape)} but the model's input '${name}' expects ` +
      `[batch${wanted.map((n) => `, ${n ?? 'any'}`).join('')}]` +
      (known ? `; reshape it: x.reshape([-1, ${wanted.join(', ')}])` : ''),
  );
}

/** Throws, naming the loss and the layer, where labels do not fit the outputs or lie outside what the loss can take. */
export function checkLabels(
  model: Model,
  compiled: Compiled,
  labels: readonly ArraySource[],
  predictions: readonly Shape[],
): void {
  for (const { loss, output, label } of compiled.losses) {
    const column = labels[label];
    column.checkFinite();
    const prediction = predictions[output].slice(1);
    const where = `the output of layer '${model.outputNames[output] ?? output}'`;
    switch (loss.className) {
      case 'SparseCategoricalCrossentropy':
        checkSparse(column, prediction, where, (loss as { ignoreClass?: number | null }).ignoreClass ?? null);
        break;
      case 'CategoricalCrossentropy':
      case 'CategoricalFocalCrossentropy':
        checkSame(column, prediction, where, loss.className);
        checkRange(column, where);
        break;
      case 'BinaryCrossentropy':
      case 'MeanSquaredError':
      case 'MeanAbsoluteError':
        checkSame(column, prediction, where, loss.className);
        break;
    }
  }
}

const formatRows = (shape: SymbolicShape): string => `[batch${shape.map((n) => `, ${n}`).join('')}]`;

function checkSame(column: ArraySource, prediction: Shape, where: string, loss: string): void {
  const withoutOnes = (shape: Shape): Shape => (shape.at(-1) === 1 ? shape.slice(0, -1) : shape);
  if (sameShape(withoutOnes(column.rowShape), withoutOnes(prediction))) return;
  const classes = prediction.at(-1) as number;
  const sparse =
    loss.startsWith('Categorical') && sizeOf(column.rowShape) * classes === sizeOf(prediction);
  throw new ShapeError(
    `${column.name} has shape ${formatShape(column.shape)} but ${where} is ${formatRows(prediction)}; ` +
      `loss ${loss} needs labels of the same shape` +
      (sparse
        ? `: toCategorical(y, ${classes}), or the loss 'sparseCategoricalCrossentropy' for labels that are class numbers`
        : ''),
  );
}

function checkSparse(
  column: ArraySource,
  prediction: Shape,
  where: string,
  ignored: number | null,
): void {
  const classes = prediction.at(-1) as number;
  const positions = sizeOf(prediction.slice(0, -1));
  if (sizeOf(column.rowShape) !== positions) {
    const oneHot = sameShape(column.rowShape, prediction);
    throw new ShapeError(
      `${column.name} has shape ${formatShape(column.shape)} but ${where} is ${formatRows(prediction)}; ` +
        'loss SparseCategoricalCrossentropy needs one class number for each' +
        (oneHot ? "; for one-hot labels use 'categoricalCrossentropy'" : ''),
    );
  }
  column.checkValues(
    (value) => (value >= 0 && value < classes && Number.isInteger(value)) || value === ignored,
    `class numbers from 0 to ${classes - 1}, as ${where} has ${classes} classes`,
  );
}

function checkRange(column: ArraySource, where: string): void {
  column.checkValues(
    (value) => value >= 0 && value <= 1,
    `probabilities from 0 to 1 for ${where} (one-hot labels: toCategorical(y))`,
  );
}
