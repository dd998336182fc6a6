import paddle from 'gradus/paddle';
import { setOutput } from 'gradus/training';
import type { Case, CaseFile } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { build, resolved, withFreshNames } from './call.ts';
import { compareJson, compareTensors } from './compare.ts';
import { makeModel, rows } from './model.ts';
import { compareWeights, setWeights } from './training.ts';

const noNames = new Map<string, unknown>();

/** Notes every call of a callback. */
class Recorder extends paddle.callbacks.Callback {
  readonly events: Case[] = [];

  #note(event: string, step: number | null, logs: unknown): void {
    this.events.push({ event, step, logs: structuredClone(logs ?? {}) });
  }

  override onTrainBegin(logs?: unknown): void {
    this.#note('train_begin', null, logs);
  }

  override onTrainEnd(logs?: unknown): void {
    this.#note('train_end', null, logs);
  }

  override onEpochBegin(epoch: number, logs?: unknown): void {
    this.#note('epoch_begin', epoch, logs);
  }

  override onEpochEnd(epoch: number, logs?: unknown): void {
    this.#note('epoch_end', epoch, logs);
  }

  override onTrainBatchBegin(step: number, logs?: unknown): void {
    this.#note('train_batch_begin', step, logs);
  }

  override onTrainBatchEnd(step: number, logs?: unknown): void {
    this.#note('train_batch_end', step, logs);
  }

  override onEvalBegin(logs?: unknown): void {
    this.#note('eval_begin', null, logs);
  }

  override onEvalEnd(logs?: unknown): void {
    this.#note('eval_end', null, logs);
  }

  override onEvalBatchEnd(step: number, logs?: unknown): void {
    this.#note('eval_batch_end', step, logs);
  }
}

/** Samples of a case, one by one. */
class Samples extends paddle.io.Dataset {
  readonly #items: readonly (readonly paddle.Tensor[])[];

  constructor(file: CaseFile, data: Case, images: string, labels: string) {
    super();
    const count = file.tensor(images).shape[0];
    this.#items = Array.from({ length: count }, (_, i) => {
      const one = (name: string, shape: readonly number[]) =>
        paddle.reshape(rows(file, name, shape, [i, i + 1]), shape);
      return [one(images, data.image_shape), one(labels, data.label_shape)];
    });
  }

  override getItem(index: number): readonly paddle.Tensor[] {
    return this.#items[index];
  }

  override get length(): number {
    return this.#items.length;
  }
}

/** `paddle.Model`: fit, evaluate, predict and what its callbacks see. */
export async function modelApiCase(c: Case, file: CaseFile, checks: Checks): Promise<void> {
  const network = withFreshNames(() => makeModel(c.model, file));
  setWeights(network, c.init, file);
  const train = new Samples(file, c.data, c.data.images, c.data.labels);
  const held = new Samples(file, c.data, c.data.eval_images, c.data.eval_labels);
  const args = resolved(c.optimizer.args ?? {}, noNames, file) as Record<string, unknown>;
  const optimizer = build(c.optimizer.class, [], {
    ...args,
    parameters: network.parameters(),
  }) as paddle.optimizer.Optimizer;
  const model = new paddle.Model(network);
  model.prepare({
    optimizer,
    loss: resolved(c.loss, noNames, file) as paddle.nn.Layer,
    metrics: resolved(c.metrics ?? [], noNames, file) as paddle.metric.Metric[],
  });
  if (c.summary) {
    const { total_params: total, trainable_params: trainable } = c.summary_result;
    setOutput({ write: () => undefined, isTerminal: false });
    const summary = paddle.summary(network, [1, ...c.data.image_shape]);
    setOutput(null);
    checks.equal('summary', summary, { totalParams: total, trainableParams: trainable });
  }
  const recorder = new Recorder();
  await model.fit(train, {
    ...(c.eval_in_fit && { evalData: held }),
    batchSize: c.batch_size,
    epochs: c.epochs,
    shuffle: false,
    verbose: 0,
    dropLast: c.drop_last ?? false,
    ...(c.num_iters !== undefined && { numIters: c.num_iters }),
    callbacks: [
      recorder,
      ...(resolved(c.callbacks ?? [], noNames, file) as paddle.callbacks.Callback[]),
    ],
  });
  compareEvents(checks, recorder.events, c);
  if (c.lr_at_end !== undefined) {
    checks.numbers('rate at the end', [optimizer.getLr()], [c.lr_at_end], c.tolerance);
  }
  const options = { batchSize: c.batch_size, verbose: 0 } as const;
  const result = await model.evaluate(held, options);
  for (const [name, value] of Object.entries(c.evaluate as Record<string, number>)) {
    checks.numbers(`evaluate: ${name}`, [result[name]].flat(), [value].flat(), c.tolerance);
  }
  const [predicted] = await model.predict(held, { ...options, stackOutputs: true });
  const output = Array.isArray(predicted) ? predicted[0] : predicted;
  compareTensors(checks, 'predict', output, file.tensor(c.predict), c.tolerance, true);
  compareWeights(checks, network, c, file);
}

/** The calls in order with their logs. */
function compareEvents(checks: Checks, received: readonly Case[], c: Case): void {
  const name = ({ event, step }: Case) => `${event} ${step}`;
  checks.equal('events', received.map(name), c.events.map(name));
  (c.events as Case[]).forEach((want, i) => {
    compareLogs(checks, `${name(want)} (call ${i})`, received[i]?.logs, want.logs, c);
  });
}

function compareLogs(checks: Checks, what: string, received: unknown, want: Case, c: Case): void {
  const got = (received ?? {}) as Case;
  // Keys of logs are data: batch_size stays batch_size.
  checks.equal(`${what}: logs`, Object.keys(got).sort(), Object.keys(want).sort());
  for (const [key, value] of Object.entries(want)) {
    if (typeof value === 'number' || Array.isArray(value)) {
      const list = [value].flat();
      const given = [got[key]].flat();
      if (list.every((item) => typeof item === 'number')) {
        checks.numbers(`${what}: ${key}`, given, list, c.tolerance);
      } else checks.equal(`${what}: ${key}`, given, list);
    } else compareJson(checks, `${what}: ${key}`, got[key], value, c);
  }
}
