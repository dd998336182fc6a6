import { describe, expect, test } from 'vitest';
import '../src/backends/index.ts';
import { type Layer, layerNames } from '../src/layers/index.ts';
import { checkLayer } from '../src/testing/index.ts';
import * as families from './layer-cases/index.ts';

describe.each(Object.entries(families))('checkLayer: %s', (_, cases) => {
  test.each(Object.entries(cases))('%s', async (_, [make, options]) => {
    await expect(checkLayer(make, options)).resolves.toBeUndefined();
  });
});

/** Layers that have no case of their own, with the reason. */
const elsewhere: Readonly<Record<string, string>> = {
  InputLayer: 'it is in every model that checkLayer makes',
  StringLookup: 'it takes strings, which are no tensors: src/layers/text.test.ts',
  TextVectorization: 'it takes strings, which are no tensors: src/layers/text.test.ts',
};

test('every layer has a case', () => {
  const made = Object.values(families).flatMap((cases) =>
    Object.values(cases).map(([make]) => make()),
  );
  const within = (layer: Layer): Layer[] => [layer, ...layer.sublayers().flatMap(within)];
  const covered = new Set(made.flatMap(within).map(({ className }) => className));
  const missing = layerNames().filter((name) => !covered.has(name) && !(name in elsewhere));
  expect(missing).toEqual([]);
});
