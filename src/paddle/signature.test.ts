import { expect, test } from 'vitest';
import { ValueError } from '../tensor/index.ts';
import { define } from './signature.ts';

const f = define(
  'f',
  ['x'],
  ['axis', 'keepdim'],
  (x: number, axis: number = 7, keepdim: boolean = false) => [x, axis, keepdim],
);

test('arguments come by position, by name or both; null leaves the default', () => {
  expect(f(1)).toEqual([1, 7, false]);
  expect(f(1, 2, true)).toEqual([1, 2, true]);
  expect(f(1, { keepdim: true })).toEqual([1, 7, true]);
  expect(f({ x: 1, axis: 3 })).toEqual([1, 3, false]);
  expect(f(1, null, { keepdim: true })).toEqual([1, 7, true]);
  expect(f(1, { axis: null })).toEqual([1, 7, false]);
  expect(f.parameters).toEqual(['x', 'axis', 'keepdim']);
});

test('what is missing, unknown, too much or given twice is an error that shows the signature', () => {
  const call = f as unknown as (...args: unknown[]) => unknown;
  const signature = 'the signature is f(x, axis?, keepdim?)';
  expect(() => call()).toThrow(`f: argument 'x' is missing; ${signature}`);
  expect(() => call(1, { axes: 2 })).toThrow(`f: unknown argument 'axes'; ${signature}`);
  expect(() => call(1, 2, true, 4)).toThrow('f: expected at most 3 arguments, received 4');
  expect(() => call(1, { x: 2 })).toThrow(ValueError);
  expect(() => call(1, { name: 'sum_1' })).not.toThrow();
});
