import { expect, test } from 'vitest';
import { BackendError, DTypeError, ValueError } from '../tensor/index.ts';
import * as paddle from './namespace.ts';

test('the processor is there; an absent device is an error that says what there is', () => {
  expect(String(paddle.setDevice('cpu'))).toBe('Place(cpu)');
  expect([paddle.getDevice(), paddle.getAllDevices()]).toEqual(['cpu', ['cpu']]);
  expect(() => paddle.setDevice('xpu:0')).toThrow(BackendError);
  expect(() => paddle.setDevice('gpu:7')).toThrow("there is no 'gpu:7' here; there is: cpu");
  expect(() => paddle.setDevice('tpu')).toThrow(ValueError);
  expect(paddle.isCompiledWithXpu()).toBe(false);
  expect(paddle.zeros([1]).place.isCpuPlace()).toBe(true);
});

test('the default float is chosen once', () => {
  paddle.setDefaultDtype('float64');
  expect([paddle.toTensor(1.5).dtype, paddle.ones([1]).dtype]).toEqual(['float64', 'float64']);
  paddle.setDefaultDtype('float32');
  expect(paddle.getDefaultDtype()).toBe('float32');
  expect(() => paddle.setDefaultDtype('int64')).toThrow(DTypeError);
});

test('the same seed gives the same numbers', () => {
  const draw = () => {
    paddle.seed(7);
    return [
      paddle.rand([3]).tolist(),
      paddle.randn([3]).tolist(),
      paddle.randint(0, 9, [3]).tolist(),
      paddle.randperm(5).tolist(),
    ];
  };
  expect(draw()).toEqual(draw());
  expect(paddle.randint(5).dtype).toBe('int64');
  const many = paddle.normal(3, 2, [4000]);
  expect(Number(many.mean().item())).toBeCloseTo(3, 0);
  expect(Number(many.std().item())).toBeCloseTo(2, 0);
  expect(paddle.multinomial(paddle.toTensor([0, 1.5, 0]), 1).tolist()).toEqual([1]);
  const drawn = paddle.bernoulli(paddle.full([2000], 0.3));
  expect(Number(drawn.mean().item())).toBeCloseTo(0.3, 1);
});
