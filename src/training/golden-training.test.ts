import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import '../backends/index.ts';
import '../ops/methods.ts';
import { toHostArray } from '../formats/file-array.ts';
import { decode } from '../formats/safetensors.ts';
import { fromData } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Callback, type Logs } from './callbacks/callback.ts';
import { EarlyStopping } from './callbacks/early-stopping.ts';
import { LearningRateScheduler } from './callbacks/learning-rate-scheduler.ts';
import { ReduceLROnPlateau } from './callbacks/reduce-lr-on-plateau.ts';
import { compileFromConfig } from './compile-config.ts';
import type { Model } from './model.ts';
import { layerFromFile } from './read-architecture.ts';

const folder = '../shared/conformance/keras';
const there = existsSync(folder);
const cases: any[] = there ? JSON.parse(readFileSync(`${folder}/training.json`, 'utf8')).cases : [];
const { tensors } = there
  ? decode(new Uint8Array(readFileSync(`${folder}/training.safetensors`)))
  : { tensors: new Map() };

const load = (name: string): Tensor => {
  const { dtype, shape, data } = toHostArray(tensors.get(name));
  return fromData(data, shape, dtype);
};
const loadAll = (x: any): any =>
  typeof x === 'string'
    ? load(x)
    : Array.isArray(x)
      ? x.map(loadAll)
      : Object.fromEntries(Object.entries(x).map(([k, v]) => [k, loadAll(v)]));

const camel = (name: string): string => name.replace(/_([a-z])/g, (_, c) => c.toUpperCase());
const camelKeys = (o: object): any =>
  Object.fromEntries(Object.entries(o).map(([k, v]) => [camel(k), v]));

function makeCallback({ class_name, kwargs }: any): Callback {
  if (class_name === 'EarlyStopping') return new EarlyStopping(camelKeys(kwargs));
  if (class_name === 'ReduceLROnPlateau') return new ReduceLROnPlateau(camelKeys(kwargs));
  return new LearningRateScheduler((epoch, rate) => {
    const v = kwargs.by_epoch[epoch];
    return Array.isArray(v) ? rate * v[0] : v;
  });
}

class Recorder extends Callback {
  logs: Logs[] = [];
  override onTrainBatchEnd(_batch: number, logs: Logs): void {
    this.logs.push(logs);
  }
}

function close(what: string, a: Tensor, name: string, { rtol, atol }: any): void {
  const b = load(name);
  expect(a.shape, what).toEqual(b.shape);
  const [x, y] = [a.dataSync(), b.dataSync()];
  const largest = (y as Float32Array).reduce((m: number, v: number) => Math.max(m, Math.abs(v)), 0);
  let worst = 0;
  for (let i = 0; i < x.length; i++) worst = Math.max(worst, Math.abs(x[i] - y[i]));
  expect(worst, `${what}: ${worst} > ${atol} + ${rtol} * ${largest}`).toBeLessThanOrEqual(
    atol + rtol * largest,
  );
}

function closeNumbers(what: string, a: any, b: any, { rtol, atol }: any): void {
  if (typeof b === 'number') {
    expect(Math.abs(a - b), `${what}: ${a} is not ${b}`).toBeLessThanOrEqual(
      atol + rtol * Math.abs(b),
    );
  } else
    for (const key of Object.keys(b))
      closeNumbers(`${what}.${key}`, a[key], b[key], { rtol, atol });
}

describe.skipIf(!there)('trains as Keras does', () => {
  for (const c of cases) {
    test(c.id, async () => {
      const model = layerFromFile(c.model, c.id) as Model;
      expect(model.weights.map((w) => w.path)).toEqual(c.weights.map((w: any) => w.path));
      model.setWeights(c.weights.map((w: any) => load(w.tensor)));
      compileFromConfig(model, c.compile);
      const x = loadAll(c.data.x);
      const y = loadAll(c.data.y);
      const e = c.expected;
      if (c.mode === 'fit') {
        const recorder = new Recorder();
        const { class_weight, ...fit } = c.fit;
        const history = await model.fit(x, y, {
          ...camelKeys(fit),
          verbose: 0,
          ...(class_weight && { classWeight: class_weight }),
          ...(c.data.sample_weight && { sampleWeight: loadAll(c.data.sample_weight) }),
          ...(c.data.validation_data && { validationData: c.data.validation_data.map(loadAll) }),
          callbacks: [...c.callbacks.map(makeCallback), recorder],
        });
        closeNumbers('history', history.history, e.history, c.tolerance);
        closeNumbers('batch', recorder.logs, e.batch_logs, c.tolerance);
        expect(history.epoch.length).toBe(e.epochs_run);
      } else {
        const { epochs, batch_size: n, reset_metrics_before_each_step: reset } = c.fit;
        const logs: Logs[] = [];
        for (let epoch = 0; epoch < epochs; epoch++) {
          for (let at = 0; at < x.shape[0]; at += n) {
            if (reset) model.resetMetrics();
            const rows = { start: at, stop: Math.min(at + n, x.shape[0]) };
            logs.push(
              await model.trainOnBatch(x.slice([rows]), y.slice([rows]), { returnDict: true }),
            );
          }
        }
        closeNumbers('batch', logs, e.batch_logs, c.tolerance);
      }
      model.weights.forEach((w, i) => close(w.path, w, e.final_weights[i], c.tolerance));
      model.optimizer.variables.forEach((v, i) =>
        close(v.path, v, e.optimizer_variables[i].tensor, c.optimizer_tolerance),
      );
      const batchSize = c.fit.batch_size;
      const options = { batchSize, verbose: 0, returnDict: true } as const;
      if (c.mode === 'fit') {
        closeNumbers(
          'evaluate',
          await model.evaluate(x, y, {
            ...options,
            ...(c.data.sample_weight && { sampleWeight: loadAll(c.data.sample_weight) }),
          }),
          e.evaluate,
          c.tolerance,
        );
      }
    });
  }
});
