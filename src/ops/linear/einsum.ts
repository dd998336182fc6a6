import { formatShape, ShapeError, sizeOf, type Tensor, ValueError } from '../../tensor/index.ts';
import { mul } from '../elementwise/arithmetic.ts';
import { sum } from '../reduce/reduce.ts';
import { diagonal } from '../shape/diagonal.ts';
import { expandDims, reshape } from '../shape/reshape.ts';
import { transpose } from '../shape/transpose.ts';
import { asTensors, type TensorLike } from '../tensor-like.ts';
import { matmul } from './matmul.ts';

/** A tensor with a name for each axis. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/**
 * Einstein's summation: a letter for each axis of each operand; letters missing in the result are
 * summed over, '...' stands for axes that are broadcast. Pairs of operands become matrix products.
 * @example einsum('bij,bjk->bik', a, b);
 * @example einsum('...hwc,c->...hw', images, weights);
 */
export function einsum(equation: string, ...operands: readonly TensorLike[]): Tensor {
  const tensors = asTensors('einsum', operands);
  const { inputs, output } = parse(equation, tensors);
  let parts = tensors.map((tensor, i) => singleLabels({ tensor, labels: inputs[i] }));
  checkSizes(equation, parts);
  while (parts.length > 1) {
    const [a, b, ...rest] = parts;
    const needed = new Set([...output, ...rest.flatMap((part) => part.labels)]);
    parts = [contractPair(a, b, needed), ...rest];
  }
  const [last] = parts;
  const done = sumAway(last, new Set(output));
  const order = output.map((label) => done.labels.indexOf(label));
  return transpose(done.tensor, order);
}

/**
 * The labels of the operands and of the result; axes under '...' are named by their distance from
 * its end.
 */
function parse(
  equation: string,
  tensors: readonly Tensor[],
): { inputs: string[][]; output: string[] } {
  const compact = equation.replace(/\s/g, '');
  const [left, right, extra] = compact.split('->');
  const terms = left.split(',');
  const isTerm = (term: string) => /^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(term);
  if (extra !== undefined || !terms.every(isTerm) || (right !== undefined && !isTerm(right))) {
    throw new ValueError(
      `einsum: '${equation}' is not an equation; write letters for axes, as in 'ij,jk->ik'`,
    );
  }
  if (terms.length !== tensors.length) {
    throw new ValueError(
      `einsum: '${equation}' has ${terms.length} operands but ${tensors.length} were passed`,
    );
  }
  const inputs = terms.map((term, i) => expandTerm(term, tensors[i], equation));
  const hidden = [...new Set(inputs.flat().filter(isHidden))].sort(
    (a, b) => Number(b.slice(1)) - Number(a.slice(1)),
  );
  const output =
    right === undefined
      ? implicitOutput(inputs, hidden)
      : [...right.replace('...', '.')].flatMap((c) => (c === '.' ? hidden : [c]));
  const seen = new Set(inputs.flat());
  const bad = output.find((label, i) => !seen.has(label) || output.indexOf(label) !== i);
  if (bad !== undefined) {
    throw new ValueError(
      `einsum: '${bad}' in the result of '${equation}' ` +
        `${seen.has(bad) ? 'occurs twice' : 'is in no operand'}`,
    );
  }
  return { inputs, output };
}

const isHidden = (label: string): boolean => label.startsWith('.');

function expandTerm(term: string, x: Tensor, equation: string): string[] {
  const letters = term.replace('...', '').length;
  const hidden = x.rank - letters;
  if (hidden < 0 || (hidden > 0 && !term.includes('...'))) {
    throw new ShapeError(
      `einsum: '${term}' in '${equation}' names ${letters} axes but the operand has shape ` +
        formatShape(x.shape),
    );
  }
  const names = Array.from({ length: hidden }, (_, i) => `.${hidden - i}`);
  return [...term.replace('...', '.')].flatMap((c) => (c === '.' ? names : [c]));
}

/**
 * Without '->' the result has the axes under '...' and then the letters that occur once, sorted.
 */
function implicitOutput(inputs: readonly string[][], hidden: readonly string[]): string[] {
  const all = inputs.flat().filter((label) => !isHidden(label));
  const once = all.filter((label) => all.indexOf(label) === all.lastIndexOf(label));
  return [...hidden, ...once.sort()];
}

/** Takes the diagonal over axes that share a letter. */
function singleLabels({ tensor, labels }: Labelled): Labelled {
  const twice = labels.findIndex((label, i) => labels.indexOf(label) !== i);
  if (twice < 0) return { tensor, labels };
  const first = labels.indexOf(labels[twice]);
  if (tensor.shape[first] !== tensor.shape[twice]) {
    throw new ShapeError(
      `einsum: '${labels[twice]}' has sizes ${tensor.shape[first]} and ${tensor.shape[twice]} in one ` +
        `operand of shape ${formatShape(tensor.shape)}`,
    );
  }
  const rest = labels.filter((_, i) => i !== first && i !== twice);
  return singleLabels({
    tensor: diagonal(tensor, { axis1: first, axis2: twice }),
    labels: [...rest, labels[twice]],
  });
}

function checkSizes(equation: string, parts: readonly Labelled[]): void {
  const sizes = new Map<string, number>();
  for (const { tensor, labels } of parts) {
    labels.forEach((label, axis) => {
      const size = tensor.shape[axis];
      const known = sizes.get(label);
      if (size === 1) return;
      if (known !== undefined && known !== size) {
        throw new ShapeError(
          `einsum: in '${equation}' ${isHidden(label) ? "an axis under '...'" : `'${label}'`} has ` +
            `sizes ${known} and ${size}`,
        );
      }
      sizes.set(label, size);
    });
  }
}

/** Sums over axes that nothing needs any more. */
function sumAway({ tensor, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
  const axes = labels.flatMap((label, axis) => (needed.has(label) ? [] : [axis]));
  if (axes.length === 0) return { tensor, labels };
  return { tensor: sum(tensor, axes), labels: labels.filter((label) => needed.has(label)) };
}

/**
 * Joins two operands: shared letters that the result keeps are batches, the others are summed over
 * by a matrix product.
 */
function contractPair(x: Labelled, y: Labelled, needed: ReadonlySet<string>): Labelled {
  const a = sumAway(x, new Set([...needed, ...y.labels]));
  const b = sumAway(y, new Set([...needed, ...x.labels]));
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const sizeIn = ({ tensor, labels }: Labelled, label: string) =>
    tensor.shape[labels.indexOf(label)];
  const summed = shared.filter((label) => !needed.has(label));
  const uneven = summed.some((label) => sizeIn(a, label) !== sizeIn(b, label));
  if (summed.length === 0 || uneven) return sumAway(multiply(a, b), needed);
  const batch = shared.filter((label) => needed.has(label));
  const rows = a.labels.filter((label) => !shared.includes(label));
  const columns = b.labels.filter((label) => !shared.includes(label));
  const pick = (part: Labelled, labels: readonly string[]) =>
    transpose(
      part.tensor,
      labels.map((label) => part.labels.indexOf(label)),
    );
  const sizes = (part: Labelled, labels: readonly string[]) =>
    labels.map((label) => sizeIn(part, label));
  const inner = sizeOf(sizes(a, summed));
  const [rowSizes, columnSizes] = [sizes(a, rows), sizes(b, columns)];
  const left = reshape(pick(a, [...batch, ...rows, ...summed]), [
    ...sizes(a, batch),
    sizeOf(rowSizes),
    inner,
  ]);
  const right = reshape(pick(b, [...batch, ...summed, ...columns]), [
    ...sizes(b, batch),
    inner,
    sizeOf(columnSizes),
  ]);
  const product = matmul(left, right);
  return {
    tensor: reshape(product, [...product.shape.slice(0, -2), ...rowSizes, ...columnSizes]),
    labels: [...batch, ...rows, ...columns],
  };
}

/** The product with all axes of both kept, by broadcasting. */
function multiply(a: Labelled, b: Labelled): Labelled {
  const labels = [...a.labels, ...b.labels.filter((label) => !a.labels.includes(label))];
  const spread = ({ tensor, labels: own }: Labelled) => {
    const present = labels.filter((label) => own.includes(label));
    const ordered = transpose(
      tensor,
      present.map((label) => own.indexOf(label)),
    );
    const missing = labels.flatMap((label, axis) => (own.includes(label) ? [] : [axis]));
    return missing.length ? expandDims(ordered, missing) : ordered;
  };
  return { tensor: mul(spread(a), spread(b)), labels };
}
