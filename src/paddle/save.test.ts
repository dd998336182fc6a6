import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pickle } from '../formats/index.ts';
import * as paddle from './index.ts';
import { load } from './load.ts';
import { save } from './save.ts';
import { Tensor } from './tensor.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradus-save-'));
});
afterAll(() => rm(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const values = (): Tensor =>
  paddle.reshape(paddle.toTensor(Float32Array.of(-1.5, 0, 2, 3.25, 100, -0.125)), [2, 3]);
const types = ['float32', 'float64', 'float16', 'bfloat16', 'int64', 'int32', 'int16', 'int8'];

describe('paddle.save', () => {
  test.each([2, 3, 4])(
    'protocol %d keeps tensors of all types, and their names',
    async (protocol) => {
      const state: Record<string, Tensor> = {};
      for (const type of [...types, 'uint8', 'bool']) {
        const base = type === 'uint8' ? paddle.abs(values()) : values();
        state[type] = paddle.cast(base, type);
        state[type].name = `name_of_${type}`;
      }
      state.transposed = paddle.transpose(values(), [1, 0]);
      state.scalar = paddle.toTensor(3);
      state.empty = paddle.zeros([0, 4]);
      const path = at(`types_${protocol}.pdparams`);
      await save(state, path, { protocol });
      const read = await load(path);
      expect(Object.keys(read)).toEqual(Object.keys(state));
      for (const [key, tensor] of Object.entries(state)) {
        expect(read[key]).toMatchObject({
          dtype: tensor.dtype,
          shape: tensor.shape,
          name: tensor.name,
        });
        expect(read[key].numpy()).toEqual(tensor.numpy());
      }
    },
  );

  test('writes a state dictionary as Paddle does: arrays, and a table of names', async () => {
    const tensor = values();
    tensor.name = 'linear_0.w_0';
    const state = { 'fc.weight': tensor, LR_Scheduler: { last_epoch: 3, last_lr: 0.25 } };
    await save(state, at('state.pdopt'));
    const raw = pickle.decode(new Uint8Array(await readFile(at('state.pdopt'))));
    const map = raw as Map<string, pickle.PickleValue>;
    expect([...map.keys()]).toEqual(['fc.weight', 'LR_Scheduler', 'StructuredToParameterName@@']);
    expect(map.get('fc.weight')).toBeInstanceOf(pickle.NumpyArray);
    expect(map.get('StructuredToParameterName@@')).toEqual(
      new Map([['fc.weight', 'linear_0.w_0']]),
    );
    expect(await load(at('state.pdopt'))).toMatchObject({
      LR_Scheduler: { last_epoch: 3, last_lr: 0.25 },
    });
    const kept = await load(at('state.pdopt'), { keepNameTable: true });
    expect(kept['StructuredToParameterName@@']).toEqual({ 'fc.weight': 'linear_0.w_0' });
    const numpy = await load(at('state.pdopt'), { returnNumpy: true });
    expect(numpy['fc.weight']).toEqual({ dtype: 'float32', shape: [2, 3], data: tensor.numpy() });
  });

  test('keeps nested values with tensors among them', async () => {
    const checkpoint = {
      model: { w: values() },
      epoch: 3,
      lists: [[0, 2.5], ['a', null], new Set([1, 2])],
      flag: true,
      big: 2n ** 70n,
      map: new Map<unknown, unknown>([
        [0, 'zero'],
        ['1', values()],
      ]),
    };
    await save(checkpoint, at('checkpoint.pdparams'));
    const read = await load(at('checkpoint.pdparams'));
    expect(read.model.w.numpy()).toEqual(values().numpy());
    expect(read).toMatchObject({ epoch: 3, flag: true, big: 2n ** 70n, lists: checkpoint.lists });
    expect([...read.map.keys()]).toEqual([0, '1']);
    expect(read.map.get('1')).toBeInstanceOf(Tensor);
  });

  test.each([true, false])('writes one tensor (binary: %s)', async (useBinaryFormat) => {
    for (const type of ['float32', 'bfloat16', 'int64']) {
      const tensor = paddle.cast(values(), type);
      await save(tensor, at('one.pdtensor'), { useBinaryFormat });
      const read = (await load(at('one.pdtensor'))) as unknown as Tensor;
      expect(read).toMatchObject({ dtype: type, shape: [2, 3] });
      expect(read.numpy()).toEqual(tensor.numpy());
    }
  });

  test('saves what tensors hold when it is called', async () => {
    const tensor = values();
    const saving = save({ tensor }, at('then.pdparams'));
    tensor.setValue(paddle.zeros([2, 3]));
    await saving;
    expect((await load(at('then.pdparams'))).tensor.numpy()[0]).toBe(-1.5);
  });

  test('refuses what is no data', async () => {
    expect(() => save({ f: () => 1 }, at('no'))).toThrow('function is no data');
    expect(() => save({ date: new Date(0) }, at('no'))).toThrow('a Date cannot be saved');
    expect(() => save({}, at('no'), { protocol: 5 })).toThrow('protocol must be 2, 3 or 4');
    expect(() => save([values()], at('no'), { useBinaryFormat: true })).toThrow('for one tensor');
    await expect(load(at('missing.pdparams'))).rejects.toThrow('missing.pdparams');
  });
});

describe('paddle.load', () => {
  const list = pickle.PickleList.of;
  const write = async (value: pickle.PickleValue): Promise<Record<string, unknown>> => {
    const bytes = pickle.encode(value);
    return load(bytes);
  };
  const array = (...numbers: number[]) =>
    pickle.numpyArray({
      dtype: 'float32',
      shape: [numbers.length],
      data: Float32Array.from(numbers),
    });

  test('joins what was cut', async () => {
    const slices = new Map<pickle.PickleValue, pickle.PickleValue>([
      ['OriginShape', [2, 2]],
      ['slices', list(['w@@.0', 'w@@.1'])],
    ]);
    const state = new Map<pickle.PickleValue, pickle.PickleValue>([
      ['w@@.0', array(1, 2, 3)],
      ['w@@.1', array(4)],
      ['StructuredToParameterName@@', new Map([['w', 'linear_0.w_0']])],
      ['UnpackBigParamInfor@@', new Map([['w', slices]])],
    ]);
    const read = await write(state);
    expect(Object.keys(read)).toEqual(['w']);
    expect((read.w as Tensor).tolist()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    slices.set('OriginShape', [3, 2]);
    await expect(write(state)).rejects.toThrow('slices do not make up the array');
    slices.set('slices', list(['w@@.7']));
    await expect(write(state)).rejects.toThrow('the slice w@@.7 is missing');
  });

  test('tells tensors among arrays as Paddle does', async () => {
    const pair: pickle.PickleValue = ['name', array(1)];
    const mixed = await write(
      new Map<string, pickle.PickleValue>([
        ['t', pair],
        ['a', array(2)],
      ]),
    );
    expect(mixed.t).toBeInstanceOf(Tensor);
    expect((mixed.t as Tensor).name).toBe('name');
    expect(mixed.a).toMatchObject({ dtype: 'float32', shape: [1] });
    const plain = await write(new Map([['a', list([array(2)])]]));
    expect((plain.a as unknown[])[0]).toBeInstanceOf(Tensor);
  });

  test('keys cannot reach into objects', async () => {
    const read = await write(new Map([['__proto__', new Map([['polluted', 1]])]]));
    expect(Object.getPrototypeOf(read)).toBeNull();
    expect({}).not.toHaveProperty('polluted');
  });
});
