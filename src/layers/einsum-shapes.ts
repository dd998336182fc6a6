import { formatShape, ShapeError, ValueError } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';

interface EinsumOptions {
  readonly equation: string;
  readonly outputShape: readonly (number | null)[];
  readonly biasAxes: string | null;
}

interface EinsumShapes {
  readonly kernel: number[];
  readonly bias: number[] | null;
  readonly output: SymbolicShape;
}

/** Shapes of an EinsumDense's kernel, bias and result; `...` stands for as many axes as the input has more. */
export function analyzeEinsum(
  layer: string,
  { equation, outputShape, biasAxes }: EinsumOptions,
  inputShape: SymbolicShape,
): EinsumShapes {
  const match = /^([a-z.]+),([a-z]+)->([a-z.]+)$/i.exec(equation.replace(/\s/g, ''));
  if (!match) {
    throw new ValueError(
      `${layer}: equation must have the form 'ab,bc->ac' (input, kernel, result), received '${equation}'`,
    );
  }
  const [, input, kernel, output] = match;
  const hidden = inputShape.length - input.replace('...', '').length;
  if (hidden < 0 || (hidden > 0 && !input.includes('...'))) {
    throw new ShapeError(
      `${layer}: an input of shape ${formatShape(inputShape)} does not fit the equation '${equation}'`,
    );
  }
  // Upper case could be a label, digits cannot.
  const marks = '0123456789'.slice(0, hidden);
  const expand = (term: string): string[] => [...term.replace('...', marks)];
  const sizes = new Map<string, number | null>();
  expand(input).forEach((label, i) => {
    sizes.set(label, inputShape[i]);
  });
  const labels = expand(output);
  const named = labels.filter((label) => !marks.includes(label)).slice(-outputShape.length);
  named.forEach((label, i) => {
    const size = outputShape[outputShape.length - named.length + i];
    const known = sizes.get(label);
    if (size === null) return;
    if (known !== undefined && known !== null && known !== size) {
      throw new ShapeError(
        `${layer}: outputShape says ${size} for axis '${label}' of '${equation}' but the input has ${known}`,
      );
    }
    sizes.set(label, size);
  });
  const sizeOf = (label: string): number => {
    const size = sizes.get(label);
    if (size === undefined || size === null) {
      throw new ShapeError(`${layer}: the size of axis '${label}' of '${equation}' must be known`);
    }
    return size;
  };
  const outputSizes = labels.map((label) => {
    const size = sizes.get(label);
    if (size === undefined) throw new ShapeError(`${layer}: outputShape must say axis '${label}'`);
    return size;
  });
  const first = labels.findIndex((label) => biasAxes?.includes(label));
  if (biasAxes && first === -1) {
    throw new ValueError(`${layer}: biasAxes '${biasAxes}' are not in the result of '${equation}'`);
  }
  return {
    kernel: [...kernel].map(sizeOf),
    bias: biasAxes
      ? labels.slice(first).map((label) => (biasAxes.includes(label) ? sizeOf(label) : 1))
      : null,
    output: outputSizes,
  };
}
