import { beforeEach, describe, expect, test } from 'vitest';
import { ValueError } from '../tensor/index.ts';
import {
  boolean,
  Configurable,
  choice,
  instanceName,
  integer,
  list,
  nullable,
  number,
  omitted,
  Registry,
  requiredInteger,
  resetNames,
  serialize,
  toCamelCase,
  toSnakeCase,
  uniqueName,
  withCustomObjects,
  withOptions,
} from './index.ts';

class Filter extends withOptions(
  Configurable,
  {
    kernelSize: requiredInteger(),
    beta1: number(0.5, { min: 0, max: 1 }),
    mode: choice(['channels_last', 'channels_first'], 'channels_last'),
    biased: boolean(true),
    limit: nullable(integer(0)),
    parts: list(integer(1), [1, 2]),
    secret: omitted(number(3)),
  },
  ['kernelSize', 'beta1'],
) {
  static override readonly className = 'Filter';
}

beforeEach(resetNames);

describe('names', () => {
  test.each([
    ['kernelSize', 'kernel_size'],
    ['beta1', 'beta_1'],
    ['l2', 'l2'],
    ['supportsMasking', 'supports_masking'],
    ['useEma', 'use_ema'],
    ['kernel', 'kernel'],
  ])('%s is %s in files', (camel, snake) => {
    expect(toSnakeCase(camel)).toBe(snake);
    expect(toCamelCase(snake)).toBe(camel);
    expect(toCamelCase(camel)).toBe(camel);
  });

  test.each([
    ['Conv2DTranspose', 'conv2d_transpose'],
    ['LSTM', 'lstm'],
    ['ReLU', 're_lu'],
    ['BatchNormalization', 'batch_normalization'],
    ['GlobalAveragePooling1D', 'global_average_pooling1d'],
  ])('the first %s is %s', (className, name) => {
    expect(instanceName(className)).toBe(name);
  });

  test('are counted', () => {
    expect([1, 2, 3].map(() => uniqueName('dense'))).toEqual(['dense', 'dense_1', 'dense_2']);
    expect(uniqueName('conv2d')).toBe('conv2d');
    resetNames();
    expect(uniqueName('dense')).toBe('dense');
  });
});

describe('options', () => {
  test('come by name, by position or both', () => {
    for (const filter of [
      new Filter({ kernelSize: 3, beta1: 0.1, biased: false }),
      new Filter(3, 0.1, { biased: false }),
      new Filter(3, { beta1: 0.1, biased: false }),
    ]) {
      expect(filter.getConfig()).toEqual({
        kernelSize: 3,
        beta1: 0.1,
        mode: 'channels_last',
        biased: false,
        limit: null,
        parts: [1, 2],
      });
      expect(filter.secret).toBe(3);
    }
  });

  test('are read from configs in both spellings', () => {
    const filter = new Filter(2, { mode: 'channelsFirst' });
    expect(serialize(filter).config).toMatchObject({
      kernel_size: 2,
      beta_1: 0.5,
      mode: 'channels_first',
    });
    for (const config of [filter.getConfig(), serialize(filter).config]) {
      expect(Filter.fromConfig(config).getConfig()).toEqual(filter.getConfig());
    }
  });

  test.each([
    [{}, 'Filter: kernelSize must be given'],
    [{ kernelSize: 0 }, 'Filter: kernelSize must be an integer >= 1, received 0'],
    [{ kernelSize: 1, beta1: 2 }, 'Filter: beta1 must be a number in [0, 1], received 2'],
    [
      { kernelSize: 1, mode: 'last' },
      "Filter: mode must be 'channels_last' or 'channels_first', received 'last'",
    ],
    [{ kernelSize: 1, biased: 1 }, 'Filter: biased must be true or false, received 1'],
    [{ kernelSize: 1, parts: [1, 0.5] }, 'Filter: parts[1] must be an integer, received 0.5'],
    [{ kernelSize: 1, beta_1: 1 }, "Filter: unknown option 'beta_1'; did you mean 'beta1'?"],
    [{ kernelSize: 1, size: 1 }, /^Filter: unknown option 'size'; known: kernelSize, beta1, /],
  ])('%j is refused', (options, message) => {
    const make = () => new Filter(options as never);
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });

  test('at most as many by position as there are', () => {
    expect(() => new Filter(...([1, 0.5, 'x'] as unknown as [number]))).toThrow(
      'Filter: takes kernelSize, beta1 and then an object of options; received 3 arguments',
    );
  });
});

describe('registries', () => {
  class Wheel extends withOptions(Configurable, { spokes: integer(8) }) {
    static override readonly className = 'BigWheel';
  }
  const registry = new Registry<Configurable>('part', () => ({ Wheel }), { rad: 'bigwheel' });
  const resolve = (input: unknown) =>
    registry.resolve(input, 'car', (value) => value instanceof Configurable);

  test('find classes in any spelling', () => {
    for (const input of ['BigWheel', 'bigWheel', 'big_wheel', 'rad', Wheel, new Wheel()]) {
      expect(resolve(input)).toBeInstanceOf(Wheel);
    }
    const made = resolve({ class_name: 'BigWheel', config: { spokes: 3 } });
    expect((made as Wheel).spokes).toBe(3);
  });

  test.each([
    ['constructor', "car: unknown part 'constructor'; known: BigWheel"],
    [{ class_name: '__proto__', config: {} }, /^car: unknown part '__proto__'/],
    [{ class_name: 'BigWheel', config: 3 }, "the config of part 'BigWheel' must be an object"],
    [3, 'car must be the name of a known part or an instance, received 3'],
  ])('know nothing else: %j', (input, message) => {
    expect(() => resolve(input)).toThrow(message);
  });

  test('know what the program passes, for as long as it says', () => {
    class Mine extends Configurable {}
    expect(serialize(new Mine())).toEqual({
      module: null,
      class_name: 'Mine',
      config: {},
      registered_name: 'Mine',
    });
    const file = JSON.parse(JSON.stringify(serialize(new Mine())));
    expect(withCustomObjects({ Mine }, () => resolve(file))).toBeInstanceOf(Mine);
    expect(() => resolve(file)).toThrow('pass it as customObjects: { Mine }');
  });
});
