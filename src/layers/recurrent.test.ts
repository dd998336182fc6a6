import { expect, test } from 'vitest';
import '../backends/index.ts';
import { ones, tensor } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import * as layers from './index.ts';

const x = tensor([[[1], [2], [3]]]);

test('a stateful layer goes on where it ended', () => {
  const options = { kernelInitializer: 'ones', recurrentInitializer: 'ones', activation: null };
  const layer = layers.simpleRnn(1, { ...options, stateful: true });
  expect(layer.apply(x).toArray()).toEqual([[6]]);
  expect(layer.apply(x).toArray()).toEqual([[12]]);
  layer.resetState();
  expect(layer.apply(x).toArray()).toEqual([[6]]);
  expect(layer.weights.map(({ name }) => name)).toEqual(['kernel', 'recurrent_kernel', 'bias']);
});

test('masked steps are passed over', () => {
  const layer = layers.simpleRnn(1, {
    kernelInitializer: 'ones',
    recurrentInitializer: 'ones',
    activation: null,
    returnSequences: true,
  });
  const mask = tensor([[true, false, true]]);
  expect(layer.apply(x, { mask }).toArray()).toEqual([[[1], [1], [4]]]);
});

test('masks reach recurrent layers from an embedding', () => {
  const ids = tensor([[1, 2, 0]], { dtype: 'int32' });
  const embedded = layers.embedding(3, 2, { maskZero: true }).apply(ids);
  const layer = layers.gru(2, { returnState: true });
  const [last, state] = layer.apply(embedded);
  expect(layers.maskOf(embedded)?.toArray()).toEqual([[true, true, false]]);
  const [short] = layer.apply(embedded.slice([null, { stop: 2 }]));
  expect(last.toArray()).toEqual(short.toArray());
  expect(state.toArray()).toEqual(short.toArray());
});

test('recurrent dropout is the same in every step of a call', () => {
  const layer = layers.simpleRnn(50, {
    kernelInitializer: 'zeros',
    recurrentInitializer: 'identity',
    biasInitializer: 'zeros',
    activation: null,
    recurrentDropout: 0.5,
    returnSequences: true,
  });
  const start = ones([1, 50]);
  const y = layer.apply(ones([1, 3, 1]), { training: true, initialState: [start] });
  const [steps] = y.toArray() as number[][][];
  expect(new Set(steps[0])).toEqual(new Set([0, 2]));
  expect(steps[2]).toEqual(steps[0].map((v) => v * 4));
});

test('cells in user code', () => {
  class Counter extends layers.RnnCell {
    override stateShapes() {
      return [[1]];
    }
    override call(input: Tensor, { states }: layers.CallOptions): readonly Tensor[] {
      const next = (states as readonly Tensor[])[0].add(input);
      return [next, next];
    }
  }
  const layer = layers.rnn(new Counter(), { returnSequences: true });
  expect(layer.apply(x).toArray()).toEqual([[[1], [3], [6]]]);
});

test('wrong initial states are refused', () => {
  expect(() =>
    layers.lstm({ units: 2, name: 'memory' }).apply(x, { initialState: [ones([1, 2])] }),
  ).toThrow('memory: initialState must hold 2 tensors, received 1');
});
