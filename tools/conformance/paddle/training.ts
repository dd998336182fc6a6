import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import paddle from 'gradus/paddle';
import type { Case, CaseFile } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { build, callFunction, resolved, toPaddle, withFreshNames } from './call.ts';
import { compareTensors } from './compare.ts';
import { makeModel, rows } from './model.ts';
import { compareState } from './optimizers.ts';

const noNames = new Map<string, unknown>();

interface Training {
  readonly model: paddle.nn.Layer;
  readonly optimizer: paddle.optimizer.Optimizer;
}

function make(c: Case, file: CaseFile): Training {
  return withFreshNames(() => {
    const model = makeModel(c.model, file);
    const args = resolved(c.optimizer.args ?? {}, noNames, file) as Record<string, unknown>;
    const parameters = model.parameters();
    const optimizer = build(c.optimizer.class, [], { ...args, parameters });
    return { model, optimizer: optimizer as paddle.optimizer.Optimizer };
  });
}

export const setWeights = (
  model: paddle.nn.Layer,
  weights: Readonly<Record<string, string>>,
  file: CaseFile,
): void =>
  void model.setStateDict(
    Object.fromEntries(
      Object.entries(weights).map(([key, name]) => [key, toPaddle(file.tensor(name))]),
    ),
  );

/** Moves weights and state through files into new objects. */
async function resumed(c: Case, file: CaseFile, { model, optimizer }: Training): Promise<Training> {
  const folder = await mkdtemp(join(tmpdir(), 'gradus-'));
  try {
    const [weights, state] = [join(folder, 'net.pdparams'), join(folder, 'net.pdopt')];
    await paddle.save(model.stateDict(), weights);
    await paddle.save(optimizer.stateDict(), state);
    const fresh = make(c, file);
    fresh.model.setStateDict((await paddle.load(weights)) as never);
    fresh.optimizer.setStateDict((await paddle.load(state)) as never);
    return fresh;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A whole training, written as a Paddle program. */
export async function trainingCase(c: Case, file: CaseFile, checks: Checks): Promise<void> {
  let training = make(c, file);
  checkNames(checks, training.model, c);
  setWeights(training.model, c.init, file);
  const { images, labels, image_shape: imageShape, label_shape: labelShape } = c.data;
  const count = file.tensor(images).shape[0];
  const batch = (range: readonly [number, number]) =>
    [
      rows(file, images, imageShape, range),
      rows(file, labels, labelShape, range, c.data.label_dtype),
    ] as const;
  const lossOf = (output: paddle.Tensor, label: paddle.Tensor): paddle.Tensor => {
    const args = resolved(c.loss.args ?? {}, noNames, file) as Record<string, unknown>;
    const loss = callFunction(c.loss.function, [output, label], args) as paddle.Tensor;
    return c.loss.mean ? paddle.mean(loss) : loss;
  };
  const losses: number[] = [];
  const rates: number[] = [];
  const accuracies: number[] = [];
  const evalLosses: number[] = [];
  let step = 0;
  training.model.train();
  for (let epoch = 0; epoch < c.epochs; epoch++) {
    for (let from = 0; from < count && step < (c.max_steps ?? Infinity); from += c.batch_size) {
      const [x, y] = batch([from, Math.min(from + c.batch_size, count)]);
      const output = training.model.call(x) as paddle.Tensor;
      const loss = lossOf(output, y);
      losses.push(Number(loss));
      if (c.accuracies) accuracies.push(Number(paddle.metric.accuracy(output, y)));
      rates.push(training.optimizer.getLr());
      const scaled = c.loss_scale === undefined ? loss : paddle.scale(loss, c.loss_scale);
      scaled.backward();
      step++;
      if (step % (c.accumulate ?? 1) === 0) {
        training.optimizer.step();
        training.optimizer.clearGrad();
      }
      if (c.scheduler_step === 'batch') schedulerOf(training).step();
      if (c.resume_after === step) {
        training = await resumed(c, file, training);
        training.model.train();
      }
    }
    if (c.scheduler_step === 'epoch') stepOfEpoch(schedulerOf(training), losses.at(-1) as number);
    if (c.eval_losses) {
      const [x, y] = batch([0, count]);
      training.model.eval();
      evalLosses.push(paddle.noGrad(() => Number(lossOf(training.model.call(x), y))));
      training.model.train();
    }
  }
  compareSeries(checks, 'losses', losses, c.losses, c, file);
  compareSeries(checks, 'rates', rates, c.lrs, c, file);
  compareSeries(checks, 'accuracies', accuracies, c.accuracies, c, file);
  compareSeries(checks, 'losses of evaluation', evalLosses, c.eval_losses, c, file);
  if (c.steps_run !== undefined) checks.equal('steps', step, c.steps_run);
  compareWeights(checks, training.model, c, file);
  training.model.eval();
  const [first] = batch([0, Math.min(8, count)]);
  const output = paddle.noGrad(() => training.model.call(first));
  compareTensors(checks, 'output', output, file.tensor(c.eval_output), c.tolerance, true);
  compareState(checks, training.optimizer, c, file, {
    names: 'optimizer_state_names',
    tensors: 'optimizer_state',
    json: 'optimizer_state_json',
    normWise: true,
  });
}

const schedulerOf = ({ optimizer }: Training) =>
  optimizer.learningRate as paddle.optimizer.lr.LRScheduler;

function stepOfEpoch(scheduler: paddle.optimizer.lr.LRScheduler, loss: number): void {
  if (scheduler instanceof paddle.optimizer.lr.ReduceOnPlateau) scheduler.step(loss);
  else scheduler.step();
}

function checkNames(checks: Checks, model: paddle.nn.Layer, c: Case): void {
  const state = model.stateDict();
  for (const [key, name] of Object.entries((c.param_names ?? {}) as Record<string, string>)) {
    checks.equal(`name of ${key}`, state[key]?.name, name);
  }
}

function compareSeries(
  checks: Checks,
  what: string,
  received: number[],
  want: string | number[] | undefined,
  c: Case,
  file: CaseFile,
): void {
  if (want === undefined) return;
  const values = typeof want === 'string' ? file.tensor(want).dataSync() : want;
  checks.numbers(what, received, values, c.tolerance);
}

/** Weights after a training. */
export function compareWeights(
  checks: Checks,
  model: paddle.nn.Layer,
  c: Case,
  file: CaseFile,
): void {
  const state = model.stateDict();
  for (const [key, name] of Object.entries(c.final_weights as Record<string, string>)) {
    compareTensors(checks, key, state[key], file.tensor(name), c.tolerance, true);
  }
}

/** Keys, names and shapes of a model. */
export function namingCase(c: Case, file: CaseFile, checks: Checks): void {
  withFreshNames(() => {
    const model = makeModel(c.model, file);
    const entries = Object.entries(model.stateDict());
    checks.equal(
      'keys',
      entries.map(([key]) => key),
      c.state_dict.map(({ key }: Case) => key),
    );
    (c.state_dict as Case[]).forEach(({ key, name, shape, dtype, trainable }, i) => {
      const tensor = entries[i]?.[1];
      if (!tensor) return;
      if (name !== null) checks.equal(`name of ${key}`, tensor.name, name);
      checks.equal(`shape of ${key}`, tensor.shape, shape);
      checks.equal(`dtype of ${key}`, tensor.dtype, dtype);
      checks.equal(`${key} is trained`, !tensor.stopGradient, trainable);
    });
    const names = (list: Iterable<readonly [string, unknown]>) => [...list].map(([name]) => name);
    checks.equal('named parameters', names(model.namedParameters()), c.named_parameters);
    checks.equal('named sublayers', names(model.namedSublayers()), c.named_sublayers);
    const layers = new Map<string, paddle.nn.Layer>([['', model], ...model.namedSublayers()]);
    for (const [path, name] of Object.entries(c.full_names as Record<string, string>)) {
      checks.equal(`full name of '${path}'`, layers.get(path)?.fullName(), name);
    }
    if (c.parameter_count !== undefined) {
      const count = model.parameters().reduce((sum, { size }) => sum + size, 0);
      checks.equal('number of parameters', count, c.parameter_count);
    }
    compareSecond(c, file, checks);
  });
}

/** The same model once more: other names, or an error where a name was fixed. */
function compareSecond(c: Case, file: CaseFile, checks: Checks): void {
  const want = c.second_instance_names as Record<string, string> | undefined;
  if (!want) return;
  if ('$error' in want) {
    let thrown = false;
    try {
      makeModel(c.model, file);
    } catch {
      thrown = true;
    }
    checks.holds(`the second instance throws (${want.$error})`, thrown);
    return;
  }
  const state = makeModel(c.model, file).stateDict();
  for (const [key, name] of Object.entries(want)) {
    if (name !== null) checks.equal(`second name of ${key}`, state[key]?.name, name);
  }
}
