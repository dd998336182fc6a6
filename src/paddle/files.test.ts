// What Paddle 3.3.1 wrote; the suite and the models lie beside the project and are not in every clone.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { tensorFromArray } from '../data/index.ts';
import { type FileArray, safetensors, toHostArray } from '../formats/index.ts';
import { load } from './load.ts';
import { Tensor } from './tensor.ts';

const shared = fileURLToPath(new URL('../../../shared/', import.meta.url));
const suite = `${shared}conformance/paddle/`;
const models = `${shared}data/models/pdparams/`;

interface Leaf {
  readonly path: readonly (string | number)[];
  readonly tensor?: string;
  readonly value?: unknown;
  readonly dtype?: string;
  readonly shape?: readonly number[];
}
interface FileCase {
  readonly id: string;
  readonly kind: string;
  readonly file: string;
  readonly call: { readonly args: { readonly return_numpy?: boolean } };
  readonly expected: readonly Leaf[];
  readonly expect?: string;
}
const casesOf = (name: string): FileCase[] =>
  existsSync(suite + name) ? JSON.parse(readFileSync(suite + name, 'utf8')).cases : [];

const numbersOf = (array: FileArray): number[] =>
  Array.from(new Tensor(tensorFromArray(toHostArray(array))).numpy());

function leafOf(loaded: unknown, path: Leaf['path']): unknown {
  let found = loaded;
  for (const key of path) {
    found =
      found instanceof Map ? found.get(key) : (found as Record<string | number, unknown>)[key];
  }
  return found;
}

describe.skipIf(!existsSync(suite))(
  'the files of the suite (conformance data beside the project)',
  () => {
    const files = casesOf('files.json').filter(({ kind }) => kind === 'file');
    const truth = existsSync(suite)
      ? safetensors.decode(new Uint8Array(readFileSync(`${suite}files.safetensors`))).tensors
      : new Map<string, FileArray>();

    test.each(files.map((c) => [c.id, c] as const))('%s', async (_, { file, call, expected }) => {
      const loaded: unknown = await load(suite + file, { returnNumpy: call.args.return_numpy });
      expect(expected.length).toBeGreaterThan(0);
      for (const { path, tensor, value, dtype, shape } of expected) {
        const found = leafOf(loaded, path);
        if (tensor === undefined) {
          if (value && typeof value === 'object') expect(Object.keys(found as object)).toEqual([]);
          else expect(found).toEqual(value);
          continue;
        }
        expect(found).toMatchObject({ dtype, shape });
        const array =
          found instanceof Tensor ? Array.from(found.numpy()) : numbersOf(found as FileArray);
        expect(array).toEqual(numbersOf(truth.get(tensor) as FileArray));
      }
    });

    test.each(casesOf('hostile/index.json').map((c) => [c.id, c] as const))(
      'hostile: %s',
      async (_, c) => {
        const loading = load(suite + c.file, { maxBytes: 2 ** 28 });
        if (c.expect === 'reject') {
          await expect(loading).rejects.toThrow(expect.objectContaining({ name: 'FormatError' }));
        } else await loading;
        expect({}).not.toHaveProperty('polluted');
      },
    );
  },
);

describe.skipIf(!existsSync(models))('models of strangers (data beside the project)', () => {
  test.each(existsSync(models) ? readdirSync(models) : [])('%s', async (name) => {
    const state = await load(models + name);
    const tensors = Object.values(state).filter((value) => value instanceof Tensor);
    expect(tensors.length).toBeGreaterThan(1);
    expect(tensors.every((tensor) => Number.isFinite(tensor.numpy()[0]))).toBe(true);
  });
});
