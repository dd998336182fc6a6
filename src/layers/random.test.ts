import { describe, expect, test } from 'vitest';
import '../backends/index.ts';
import { gradients } from '../autograd/index.ts';
import { fromData, ones, setSeed, withStepKey } from '../ops/index.ts';
import * as layers from './index.ts';

const x = ones([40, 50]);
const draw = (layer: layers.Layer) => [...layer.apply(x, { training: true }).dataSync()];

describe('draws', () => {
  test('differ from call to call, and are the same from the same seed', () => {
    setSeed(3);
    const [a, b] = [draw(layers.dropout(0.5)), draw(layers.dropout(0.5))];
    setSeed(3);
    expect(draw(layers.dropout(0.5))).toEqual(a);
    expect(b).not.toEqual(a);
  });

  test('of a layer with a seed of its own do not depend on others', () => {
    const layer = layers.dropout(0.5, null, 7);
    const [a, b] = [draw(layer), draw(layer)];
    expect(a).not.toEqual(b);
    const again = layers.dropout(0.5, null, 7);
    draw(layers.dropout(0.5));
    expect([draw(again), draw(again)]).toEqual([a, b]);
  });

  test('in a training step follow its key', () => {
    const layer = layers.dropout(0.5, null, 7);
    const at = (key: number) =>
      withStepKey(fromData(Int32Array.of(key, 1), [2]), () => draw(layer));
    expect(at(1)).toEqual(at(1));
    expect(at(1)).not.toEqual(at(2));
  });
});

test('the gradient of dropout passes where the value did', () => {
  const input = ones([10, 10]);
  input.requiresGrad = true;
  const y = layers.dropout(0.5).apply(input, { training: true });
  const [slope] = gradients([y], [input]);
  expect(slope?.toArray()).toEqual(y.toArray());
});

test('whole channels are dropped together', () => {
  const y = layers.spatialDropout1d(0.5).apply(ones([4, 5, 6]), { training: true });
  const rows = y.toArray() as number[][][];
  for (const steps of rows) for (const step of steps) expect(step).toEqual(steps[0]);
});

test('a rate outside [0, 1] is refused', () => {
  expect(() => layers.dropout(1.5)).toThrow(
    'Dropout: rate must be a number in [0, 1], received 1.5',
  );
});
