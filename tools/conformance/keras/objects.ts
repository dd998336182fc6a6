import { gradients, ops, type Tensor } from 'gradus';
import { getConstraint } from 'gradus/constraints';
import { getInitializer } from 'gradus/initializers';
import { activations } from 'gradus/layers';
import { getLoss } from 'gradus/losses';
import { getMetric } from 'gradus/metrics';
import { getOptimizer, schedules } from 'gradus/optimizers';
import { getRegularizer } from 'gradus/regularizers';
import { type Case, type CaseFile, number } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { close, compare } from './compare.ts';
import { camelKeys } from './layers.ts';
import { serializedOf } from './serialized.ts';

/** Gradient of sum(output × upstream), or of the output itself. */
function gradientOf(output: Tensor, input: Tensor, upstream: Tensor | null): Tensor | null {
  const total = upstream ? output.mul(upstream).sum() : output.sum();
  return total.requiresGrad
    ? gradients([total], [input], { allowUnused: true })[0]
    : ops.zerosLike(input);
}

export function activationCase(c: Case, file: CaseFile, checks: Checks): void {
  const named = activations as unknown as Record<string, (x: Tensor, options: object) => Tensor>;
  const wanted = c.function.replaceAll('_', '').toLowerCase();
  const key = Object.keys(named).find((name) => name.toLowerCase() === wanted);
  if (!key) throw new Error(`no activation '${c.function}'`);
  const x = file.tensor(c.input);
  x.requiresGrad = true;
  const y = named[key](x, camelKeys(c.kwargs));
  close(checks, 'output', y, file.tensor(c.output), c.tolerance);
  const gradient = gradientOf(y, x, file.tensor(c.upstream));
  close(checks, 'gradient', gradient, file.tensor(c.grad_input), c.tolerance);
}

export function lossCase(c: Case, file: CaseFile, checks: Checks): void {
  const loss = getLoss(serializedOf(c) as never);
  const yPred = file.tensor(c.y_pred);
  yPred.requiresGrad = true;
  const weight = c.sample_weight ? file.tensor(c.sample_weight) : null;
  const output = loss.apply(file.tensor(c.y_true), yPred, weight);
  close(checks, 'loss', output, file.tensor(c.output), c.tolerance);
  const upstream = c.upstream ? file.tensor(c.upstream) : null;
  close(
    checks,
    'gradient',
    gradientOf(output, yPred, upstream),
    file.tensor(c.grad_y_pred),
    c.tolerance,
  );
}

export function metricCase(c: Case, file: CaseFile, checks: Checks): void {
  const metric = getMetric(serializedOf(c) as never);
  const results: Tensor[] = [];
  for (const batch of c.batches as Case[]) {
    if (batch.reset_before) metric.resetState();
    const weight = batch.sample_weight ? file.tensor(batch.sample_weight) : undefined;
    const update = metric.updateState.bind(metric) as (...args: unknown[]) => void;
    if (batch.values !== undefined)
      update(typeof batch.values === 'string' ? file.tensor(batch.values) : batch.values, weight);
    else update(file.tensor(batch.y_true), file.tensor(batch.y_pred), weight);
    results.push(ops.cast(metric.result(), 'float32'));
  }
  close(checks, 'results', ops.stack(results), file.tensor(c.results), c.tolerance);
  (c.variables as Case[]).forEach(({ path, tensor, shape }, i) => {
    const variable = metric.variables[i];
    if (!variable) checks.holds(path, false, 'no such variable');
    else if (tensor)
      close(
        checks,
        path,
        ops.cast(variable, 'float32'),
        ops.cast(file.tensor(tensor), 'float32'),
        c.tolerance,
      );
    else checks.equal(`${path}: shape`, variable.shape, shape);
  });
}

export function regularizerCase(c: Case, file: CaseFile, checks: Checks): void {
  const x = file.tensor(c.input);
  x.requiresGrad = true;
  const y = getRegularizer(serializedOf(c) as never).call(x);
  close(checks, 'penalty', y, file.tensor(c.output), c.tolerance);
  close(checks, 'gradient', gradientOf(y, x, null), file.tensor(c.grad_input), c.tolerance);
}

export function constraintCase(c: Case, file: CaseFile, checks: Checks): void {
  const y = getConstraint(serializedOf(c) as never).call(file.tensor(c.input));
  close(checks, 'result', y, file.tensor(c.output), c.tolerance);
}

export function scheduleCase(c: Case, _: CaseFile, checks: Checks): void {
  const schedule = schedules.getSchedule(serializedOf(c) as never);
  const rates = (c.steps as number[]).map((step) => schedule.call(step));
  checks.numbers('rates', rates, (c.values as unknown[]).map(number), c.tolerance);
}

export function initializerCase(c: Case, file: CaseFile, checks: Checks): void {
  const make = (seed?: number): Tensor => {
    const object = serializedOf(c);
    const config = seed === undefined ? object.config : { ...object.config, seed };
    return getInitializer({ ...object, config } as never).call(c.shape);
  };
  const x = make();
  checks.equal('shape', x.shape, c.shape);
  if (c.kind === 'exact') {
    close(checks, 'values', x, file.tensor(c.output), c.tolerance);
    return;
  }
  const values = [...x.dataSync()];
  if (c.kind === 'orthogonal') {
    checkOrthogonal(c, x, checks);
    return;
  }
  const n = values.length;
  const mean = values.reduce((s: number, v: number) => s + v, 0) / n;
  const std = Math.sqrt(values.reduce((s: number, v: number) => s + (v - mean) ** 2, 0) / n);
  const { expected, allowed_error: allowed } = c;
  checks.within('mean', mean, number(expected.mean), allowed.mean);
  checks.within('standard deviation', std, number(expected.std), allowed.std);
  const slack = 1e-6;
  if (expected.min !== undefined && expected.min !== null) {
    checks.holds(
      'minimum',
      values.every((v) => v >= number(expected.min) - slack),
    );
  }
  if (expected.max !== undefined && expected.max !== null) {
    checks.holds(
      'maximum',
      values.every((v) => v <= number(expected.max) + slack),
    );
  }
  const same = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).every((v, i) => v === b[i]);
  checks.holds('same seed, same values', same(make(11).dataSync(), make(11).dataSync()));
  checks.holds('other seed, other values', !same(make(11).dataSync(), make(12).dataSync()));
}

/** Rows or columns, whichever are fewer, are orthogonal with length `gain`. */
function checkOrthogonal(c: Case, x: Tensor, checks: Checks): void {
  const columns = x.shape.at(-1) as number;
  const matrix = x.reshape([-1, columns]);
  const [rows] = matrix.shape;
  const product =
    rows < columns ? matrix.matmul(matrix.transpose()) : matrix.transpose().matmul(matrix);
  const gain = number(c.config.gain ?? 1);
  const size = Math.min(rows, columns);
  const allowed =
    typeof c.allowed_error === 'number'
      ? c.allowed_error
      : Math.max(1e-5, ...Object.values(c.allowed_error ?? {}).map(number));
  checks.numbers(
    'product with itself',
    product.dataSync(),
    ops
      .eye(size)
      .mul(gain * gain)
      .dataSync(),
    { rtol: 0, atol: allowed },
  );
}

export function optimizerCase(c: Case, file: CaseFile, checks: Checks): void {
  const optimizer = getOptimizer(serializedOf(c) as never);
  const parameters = (c.variables as Case[]).map(
    ({ name, tensor }) => new ops.Parameter(file.tensor(tensor), { name, path: name }),
  );
  optimizer.build(parameters);
  const gradientsOf = (c.gradients as string[]).map((name) => file.tensor(name));
  const wanted = (c.outputs as string[]).map((name) => file.tensor(name));
  const rates: number[] = [];
  for (let step = 0; step < c.steps; step++) {
    optimizer.apply(
      gradientsOf.map((g) => ops.index(g, step)),
      parameters,
    );
    rates.push(optimizer.learningRate);
    parameters.forEach((p, j) => {
      close(checks, `${p.name} after step ${step}`, p, ops.index(wanted[j], step), c.tolerance);
    });
  }
  checks.numbers('learning rate', rates, (c.learning_rate_after_step as unknown[]).map(number), {
    rtol: 1e-6,
    atol: 1e-9,
  });
  checks.equal(
    'slots',
    optimizer.variables.map(({ path }) => path),
    (c.slots as Case[]).map(({ path }) => path),
  );
  (c.slots as Case[]).forEach(({ path, tensor }, i) => {
    const slot = optimizer.variables[i];
    if (slot)
      compare(
        checks,
        path,
        ops.cast(slot, 'float32'),
        ops.cast(file.tensor(tensor), 'float32'),
        c.slots_tolerance,
      );
  });
  if (c.finalize) {
    optimizer.finalizeVariableValues(parameters);
    (c.after_finalize_variable_values as string[]).forEach((name, j) => {
      close(
        checks,
        `${parameters[j].name} at the end`,
        parameters[j],
        file.tensor(name),
        c.tolerance,
      );
    });
  }
}
