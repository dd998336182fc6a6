// Every differentiable operation against finite differences in float64, the gradient of the gradient included.
import { beforeAll, describe, test } from 'vitest';
import { setBackend } from '../src/backends/index.ts';
import { fromData, type TensorLike } from '../src/ops/index.ts';
import '../src/ops/methods.ts';
import { isFloat } from '../src/tensor/index.ts';
import { checkGradient } from '../src/testing/index.ts';
import { generator, numbersFor, opCases } from './op-cases/index.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

describe('gradients', () => {
  for (const { name, inputs, f, order = 2 } of opCases) {
    if (order === 0) continue;
    test(name, () => {
      const random = generator(name.length + 7);
      const points: TensorLike[] = inputs.map((operand) => {
        const { dtype = 'float32' } = operand;
        const exact = isFloat(dtype) ? 'float64' : dtype;
        return fromData(numbersFor(operand, random), operand.shape, exact);
      });
      checkGradient((...xs) => f(...xs) as ReturnType<typeof fromData>, points, { order });
    });
  }
});
