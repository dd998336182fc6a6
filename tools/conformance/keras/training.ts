import type { Model, Tensor } from 'gradus';
import { callbacks, compileFromConfig, layerFromFile } from 'gradus/training';
import { type Case, type CaseFile, number } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { compare } from './compare.ts';
import { camelKeys } from './layers.ts';

/** A learning-rate scheduler by a table: a number is the new rate, [f] means the old one times f. */
function schedule({ by_epoch: table }: Case): callbacks.Callback {
  return new callbacks.LearningRateScheduler((epoch: number, rate: number) => {
    const entry = table[epoch];
    return Array.isArray(entry) ? rate * entry[0] : entry;
  });
}

function callbackOf({ class_name: name, kwargs }: Case): callbacks.Callback {
  if (name === 'LearningRateScheduler') return schedule(kwargs);
  const Class = (
    callbacks as unknown as Record<string, new (options: object) => callbacks.Callback>
  )[name];
  if (!Class) throw new Error(`no callback '${name}'`);
  return new Class(camelKeys(kwargs));
}

class Recorder extends callbacks.Callback {
  readonly logs: object[] = [];
  override onTrainBatchEnd(_: number, logs: object): void {
    this.logs.push(logs);
  }
}

/** Compares nested lists and objects of numbers. */
function closeNumbers(
  checks: Checks,
  what: string,
  received: unknown,
  expected: unknown,
  tolerance: Case['tolerance'],
): void {
  if (typeof expected === 'object' && expected !== null) {
    for (const [key, value] of Object.entries(expected)) {
      closeNumbers(
        checks,
        `${what}.${key}`,
        (received as Record<string, unknown> | undefined)?.[key],
        value,
        tolerance,
      );
    }
  } else checks.numbers(what, [received as number], [number(expected)], tolerance);
}

/** A whole model through fit or train_on_batch. */
export async function trainingCase(c: Case, file: CaseFile, checks: Checks): Promise<void> {
  const model = layerFromFile(c.model, c.id) as Model;
  checks.equal(
    'weight paths',
    model.weights.map(({ path }) => path),
    c.weights.map(({ path }: Case) => path),
  );
  model.setWeights(c.weights.map(({ tensor }: Case) => file.tensor(tensor)));
  compileFromConfig(model, c.compile);
  const x = file.load(c.data.x) as Tensor;
  const y = file.load(c.data.y) as Tensor;
  const weight = c.data.sample_weight && {
    sampleWeight: file.load(c.data.sample_weight) as Tensor,
  };
  const { expected, tolerance } = c;
  if (c.mode === 'fit') await fitCase(model, c, file, x, y, weight, checks);
  else
    closeNumbers(
      checks,
      'batch',
      await trainOnBatches(model, c, x, y),
      expected.batch_logs,
      tolerance,
    );
  expected.final_weights.forEach((name: string | Case, i: number) => {
    const stored = typeof name === 'string' ? name : name.tensor;
    compare(checks, model.weights[i].path, model.weights[i], file.tensor(stored), tolerance);
  });
  const { variables } = model.optimizer;
  checks.equal('optimizer variables', variables.length, expected.optimizer_variables.length);
  expected.optimizer_variables.forEach(({ path, tensor }: Case, i: number) => {
    compare(
      checks,
      path,
      variables[i]?.cast('float32'),
      file.tensor(tensor).cast('float32'),
      c.optimizer_tolerance,
    );
  });
  const options = { batchSize: c.fit.batch_size, verbose: 0 } as const;
  if (expected.evaluate) {
    const figures = await model.evaluate(x, y, { ...options, ...weight, returnDict: true });
    closeNumbers(checks, 'evaluate', figures, expected.evaluate, tolerance);
  }
  if (expected.predict) {
    const rows = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(rows)
        : value && typeof value === 'object' && !('storage' in value)
          ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, rows(v)]))
          : (value as Tensor).slice([{ start: 0, stop: 5 }]);
    const outputs: Tensor | object = await model.predict(rows(x) as Tensor, options);
    const predicted = ('storage' in outputs ? [outputs] : Object.values(outputs)) as Tensor[];
    [expected.predict].flat().forEach((name: string, i: number) => {
      compare(checks, `predict ${i}`, predicted[i], file.tensor(name), tolerance);
    });
  }
}

async function fitCase(
  model: Model,
  c: Case,
  file: CaseFile,
  x: Tensor,
  y: Tensor,
  weight: { sampleWeight: Tensor } | undefined,
  checks: Checks,
): Promise<void> {
  const recorder = new Recorder();
  const { class_weight: classWeight, ...options } = c.fit;
  const history = await model.fit(x, y, {
    ...camelKeys(options),
    verbose: 0,
    shuffle: false,
    ...(classWeight && { classWeight }),
    ...weight,
    ...(c.data.validation_data && { validationData: file.load(c.data.validation_data) as never }),
    callbacks: [...c.callbacks.map(callbackOf), recorder],
  });
  closeNumbers(checks, 'history', history.history, c.expected.history, c.tolerance);
  closeNumbers(checks, 'batch', recorder.logs, c.expected.batch_logs, c.tolerance);
  checks.equal('epochs', history.epoch.length, c.expected.epochs_run);
}

async function trainOnBatches(model: Model, c: Case, x: Tensor, y: Tensor): Promise<object[]> {
  const { epochs, batch_size: size, reset_metrics_before_each_step: reset } = c.fit;
  const logs: object[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let start = 0; start < x.shape[0]; start += size) {
      if (reset) model.resetMetrics();
      const rows = { start, stop: Math.min(start + size, x.shape[0]) };
      logs.push(await model.trainOnBatch(x.slice([rows]), y.slice([rows]), { returnDict: true }));
    }
  }
  return logs;
}
