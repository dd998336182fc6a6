// What an operation and its gradient make is freed with the step that its data belongs to.
import { beforeAll, expect, test } from 'vitest';
import { gradients } from '../src/autograd/index.ts';
import { getBackend, setBackend } from '../src/backends/index.ts';
import { fromData, type TensorLike } from '../src/ops/index.ts';
import '../src/ops/methods.ts';
import { isFloat, Scope, type Tensor } from '../src/tensor/index.ts';
import { generator, numbersFor, opCases } from './op-cases/index.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

/** Storages that are left of a call, of its gradient and of the gradient of that, once their step has ended. */
function leftOf(
  f: (...inputs: Tensor[]) => Tensor | readonly Tensor[],
  operands: readonly Tensor[],
): number {
  const scope = new Scope();
  for (const x of operands) {
    scope.adopt(x.storage);
    x.requiresGrad = isFloat(x.dtype);
  }
  const before = getBackend().memory().storages;
  const results = f(...operands);
  const roots = [results].flat().filter((y) => (y as Tensor).requiresGrad) as Tensor[];
  const wanted = operands.filter((x) => x.requiresGrad);
  if (roots.length && wanted.length) {
    const slopes = gradients(roots, wanted, { createGraph: true, allowUnused: true });
    const deep = slopes.filter((s) => s?.requiresGrad) as Tensor[];
    if (deep.length) gradients(deep, wanted, { allowUnused: true });
  }
  const made = getBackend().memory().storages - before;
  scope.end();
  const left = getBackend().memory().storages - before + operands.length;
  expect(made).toBeGreaterThanOrEqual(left);
  return left;
}

// A sparse matrix belongs to whoever made it, here the call itself.
const cases = opCases.filter((c) => c.inputs.length > 0 && !c.name.startsWith('sparseMatmul'));

test.each(cases)('$name', ({ inputs, f, name }) => {
  const random = generator(name.length + 7);
  const operands: TensorLike[] = inputs.map((operand) =>
    fromData(numbersFor(operand, random), operand.shape, operand.dtype ?? 'float32'),
  );
  expect(leftOf(f, operands as Tensor[])).toBe(0);
});
