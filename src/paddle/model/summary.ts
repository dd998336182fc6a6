import { noGrad } from '../../autograd/index.ts';
import { zeros } from '../../ops/index.ts';
import { runInScope, Scope } from '../../tensor/index.ts';
import { getOutput } from '../../training/output.ts';
import { toDType } from '../dtype.ts';
import type { Layer } from '../nn/layer.ts';
import { Tensor, wrap } from '../tensor.ts';

/** Shape of the input, or of each: [batch, …]; null stands for 1. */
export type InputSize = readonly (number | null)[] | readonly (readonly (number | null)[])[];

/** Numbers of parameters. */
export interface Summary {
  readonly totalParams: number;
  readonly trainableParams: number;
}

/** A call of a layer. */
export interface LayerCall {
  readonly layer: Layer;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

const tensorsIn = (value: unknown): Tensor[] =>
  value instanceof Tensor ? [value] : Array.isArray(value) ? value.flatMap(tensorsIn) : [];

/** Shapes of inputs with sizes that are not known set to 1. */
function shapesOf(inputSize: InputSize): number[][] {
  const list = (Array.isArray(inputSize[0]) ? inputSize : [inputSize]) as readonly (readonly (
    | number
    | null
  )[])[];
  return list.map((shape) => shape.map((n) => (n === null || n < 0 ? 1 : n)));
}

/** Calls a network on zeros, and `see` after each call of an innermost layer. */
export function traceCalls(
  network: Layer,
  inputSize: InputSize,
  dtype: string,
  see: (call: LayerCall) => void,
): void {
  const training = new Map(network.sublayers(true).map((layer) => [layer, layer.training]));
  const scope = new Scope();
  const leaves = network.sublayers(true).filter((layer) => layer.children().length === 0);
  const handles = leaves.map((leaf) =>
    leaf.registerForwardPostHook((layer, inputs, outputs) => {
      see({ layer, inputs: tensorsIn(inputs), outputs: tensorsIn(outputs) });
    }),
  );
  network.eval();
  try {
    runInScope(scope, () =>
      noGrad(() => {
        const inputs = shapesOf(inputSize).map((shape) =>
          wrap(zeros(shape, { dtype: toDType(dtype) })),
        );
        network.call(...inputs);
      }),
    );
  } finally {
    for (const handle of handles) handle.remove();
    for (const [layer, mode] of training) layer.training = mode;
    scope.end();
  }
}

const shown = (tensors: readonly Tensor[]): string =>
  tensors.length === 1
    ? `[${tensors[0].shape.join(', ')}]`
    : `[${tensors.map(({ shape }) => `[${shape.join(', ')}]`).join(', ')}]`;

/**
 * Prints a network's layers with the shapes of what goes in and comes out, and gives the numbers of parameters.
 * @example paddle.summary(new LeNet(), [1, 1, 28, 28])
 */
export function summary(
  network: Layer,
  inputSize: InputSize,
  options: { readonly dtype?: string } | string = {},
): Summary {
  const dtype = (typeof options === 'string' ? options : options.dtype) ?? 'float32';
  const rows: string[][] = [];
  traceCalls(network, inputSize, dtype, ({ layer, inputs, outputs }) => {
    const count = layer.parameters().reduce((sum, { size }) => sum + size, 0);
    const name = `${layer.constructor.name}-${rows.length + 1}`;
    rows.push([name, shown(inputs), shown(outputs), count.toLocaleString('en-US')]);
  });
  const parameters = network.parameters();
  const count = (list: typeof parameters): number => list.reduce((sum, { size }) => sum + size, 0);
  const totalParams = count(parameters);
  const trainableParams = count(parameters.filter(({ stopGradient }) => !stopGradient));
  const headings = ['Layer (type)', 'Input Shape', 'Output Shape', 'Param #'];
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...rows.map((row) => row[i].length)),
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => cell.padStart(widths[i])).join('  ');
  const width = widths.reduce((sum, n) => sum + n + 2, -2);
  const text = [
    '-'.repeat(width),
    line(headings),
    '='.repeat(width),
    ...rows.map(line),
    '='.repeat(width),
    `Total params: ${totalParams.toLocaleString('en-US')}`,
    `Trainable params: ${trainableParams.toLocaleString('en-US')}`,
    `Non-trainable params: ${(totalParams - trainableParams).toLocaleString('en-US')}`,
    '-'.repeat(width),
  ];
  getOutput().write(`${text.join('\n')}\n`);
  return { totalParams, trainableParams };
}
