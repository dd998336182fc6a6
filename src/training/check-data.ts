import { ArraySource } from '../data/array-source.ts';
import type { Embedding } from '../layers/index.ts';
import type { KerasTensor } from '../layers/keras-tensor.ts';
import type { Loss, SparseCategoricalCrossentropy } from '../losses/index.ts';
import {
  formatShape,
  type Shape,
  ShapeError,
  sameShape,
  sizeOf,
  ValueError,
} from '../tensor/index.ts';
import type { InputSource } from './batches.ts';
import type { Compiled } from './compiled.ts';
import type { Model } from './model.ts';

/**
 * Inputs as the model wants them, an axis of one added or taken away where that makes them fit. Throws, naming the input, where
 * a shape does not fit or a number is missing.
 */
export function fitInputs(model: Model, columns: readonly InputSource[]): InputSource[] {
  const { inputs } = model;
  if (inputs.length && columns.length !== inputs.length) {
    throw new ValueError(
      `${columns[0].name}: the model has ${inputs.length} inputs (${model.inputNames.join(', ')}), ` +
        `received ${columns.length} arrays`,
    );
  }
  return columns.map((column, i) => {
    column.checkFinite();
    if (!inputs.length) return column;
    const shape = fitRows(column, inputs[i], model.inputNames[i]);
    const rule = inputRule(model, inputs[i]);
    if (rule && column instanceof ArraySource) column.checkValues(rule.accept, rule.expected);
    return shape === column.rowShape ? column : column.withRowShape(shape);
  });
}

/** The shape in which the model takes rows, an axis of one added or taken away; throws where none fits. */
export function fitRows(
  array: { readonly name: string; readonly shape: Shape; readonly rowShape?: Shape },
  input: KerasTensor,
  name: string,
): Shape {
  const wanted = input.shape.slice(1);
  const rowShape = array.rowShape ?? array.shape.slice(1);
  const fits = (shape: Shape): boolean =>
    shape.length === wanted.length && wanted.every((n, i) => n === null || n === shape[i]);
  if (fits(rowShape)) return rowShape;
  const longer = [...rowShape, 1];
  if (fits(longer)) return longer;
  const shorter = rowShape.slice(0, -1);
  if (rowShape.at(-1) === 1 && fits(shorter)) return shorter;
  const known = wanted.every((n) => n !== null) && sizeOf(wanted as Shape) === sizeOf(rowShape);
  throw new ShapeError(
    `${array.name} has shape ${formatShape(array.shape)} but the model's input '${name}' expects ` +
      `[batch${wanted.map((n) => `, ${n ?? 'any'}`).join('')}]` +
      (known ? `; reshape it: x.reshape([-1, ${wanted.join(', ')}])` : ''),
  );
}

/** Which numbers an array may hold. */
export interface ValueRule {
  accept(value: number): boolean;
  /** For the message: `class numbers from 0 to 9`. */
  readonly expected: string;
}

/** The rule for an input that goes into an Embedding: a planned step does not look whether its numbers are in range. */
export function inputRule(model: Model, input: KerasTensor): ValueRule | null {
  for (const { layer, inputs } of model.graph?.nodes ?? []) {
    if (inputs !== input || layer.className !== 'Embedding') continue;
    const { inputDim, name } = layer as Embedding;
    return {
      accept: (value) => value >= 0 && value < inputDim && Number.isInteger(value),
      expected: `whole numbers from 0 to ${inputDim - 1}, as layer '${name}' has inputDim ${inputDim}`,
    };
  }
  return null;
}

/** Throws, naming the loss and the layer, where labels do not fit the outputs or lie outside what the loss can take. */
export function checkLabels(
  model: Model,
  compiled: Compiled,
  labels: readonly ArraySource[],
  predictions: readonly Shape[],
): void {
  for (const column of labels) column.checkFinite();
  labelRules(model, compiled, labels, predictions).forEach((rule, i) => {
    if (rule) labels[i].checkValues(rule.accept, rule.expected);
  });
}

/** What labels are checked by: a name for messages and a shape, the batch first. */
interface Labels {
  readonly name: string;
  readonly shape: Shape;
}

/** Checks the shapes of labels; gives the rule for the numbers of each. */
export function labelRules(
  model: Model,
  compiled: Compiled,
  labels: readonly Labels[],
  predictions: readonly Shape[],
): (ValueRule | null)[] {
  const rules = labels.map((): ValueRule | null => null);
  for (const { loss, output, label } of compiled.losses) {
    const where = `the output of layer '${model.outputNames[output] ?? output}'`;
    rules[label] = ruleOf(loss, labels[label], predictions[output].slice(1), where);
  }
  return rules;
}

function ruleOf(loss: Loss, labels: Labels, prediction: Shape, where: string): ValueRule | null {
  switch (loss.className) {
    case 'SparseCategoricalCrossentropy':
      return sparseRule(
        labels,
        prediction,
        where,
        (loss as SparseCategoricalCrossentropy).ignoreClass,
      );
    case 'CategoricalCrossentropy':
    case 'CategoricalFocalCrossentropy':
      checkSame(labels, prediction, where, loss.className);
      return {
        accept: (value) => value >= 0 && value <= 1,
        expected: `probabilities from 0 to 1 for ${where} (one-hot labels: toCategorical(y))`,
      };
    case 'BinaryCrossentropy':
    case 'MeanSquaredError':
    case 'MeanAbsoluteError':
      checkSame(labels, prediction, where, loss.className);
      return null;
    default:
      return null;
  }
}

const formatRows = (shape: Shape): string => `[batch${shape.map((n) => `, ${n}`).join('')}]`;

function checkSame({ name, shape }: Labels, prediction: Shape, where: string, loss: string): void {
  const rows = shape.slice(1);
  const withoutOnes = (sizes: Shape): Shape => (sizes.at(-1) === 1 ? sizes.slice(0, -1) : sizes);
  if (sameShape(withoutOnes(rows), withoutOnes(prediction))) return;
  const classes = prediction.at(-1) as number;
  const areClassNumbers =
    loss.startsWith('Categorical') && sizeOf(rows) * classes === sizeOf(prediction);
  throw new ShapeError(
    `${name} has shape ${formatShape(shape)} but ${where} is ${formatRows(prediction)}; ` +
      `loss ${loss} needs labels of the same shape` +
      (areClassNumbers
        ? `: toCategorical(y, ${classes}), or the loss 'sparseCategoricalCrossentropy' for class numbers`
        : ''),
  );
}

function sparseRule(
  { name, shape }: Labels,
  prediction: Shape,
  where: string,
  ignored: number | null,
): ValueRule {
  const rows = shape.slice(1);
  const classes = prediction.at(-1) as number;
  if (sizeOf(rows) !== sizeOf(prediction.slice(0, -1))) {
    throw new ShapeError(
      `${name} has shape ${formatShape(shape)} but ${where} is ${formatRows(prediction)}; ` +
        'loss SparseCategoricalCrossentropy needs one class number for each' +
        (sameShape(rows, prediction) ? "; for one-hot labels use 'categoricalCrossentropy'" : ''),
    );
  }
  return {
    accept: (value) =>
      (value >= 0 && value < classes && Number.isInteger(value)) || value === ignored,
    expected: `class numbers from 0 to ${classes - 1}, as ${where} has ${classes} classes`,
  };
}
