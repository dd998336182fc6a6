import type { Tensor as CoreTensor } from 'gradus';
import paddle from 'gradus/paddle';
import type { Case, CaseFile } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { build, resolved, toPaddle, withFreshNames } from './call.ts';
import { compareJson, compareTensors } from './compare.ts';

const noNames = new Map<string, unknown>();

interface Training {
  readonly parameters: readonly paddle.Tensor[];
  readonly optimizer: paddle.optimizer.Optimizer;
}

/** Parameters and the optimizer of a case, with a fresh counter of names. */
function make(c: Case, file: CaseFile): Training {
  return withFreshNames(() => {
    const parameters = (c.params as Case[]).map((spec) => makeParameter(spec, file));
    const args = resolved(c.optimizer.args ?? {}, noNames, file) as Record<string, unknown>;
    const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
    const groups = (c.optimizer.param_groups as Case[] | undefined)?.map(
      ({ params, ...options }) => ({
        ...camelKeys(resolved(options, noNames, file) as Record<string, unknown>),
        params: params.map((name: string) => byName.get(name)),
      }),
    );
    const optimizer = build(c.optimizer.class, [], { ...args, parameters: groups ?? parameters });
    return { parameters, optimizer: optimizer as paddle.optimizer.Optimizer };
  });
}

const camelKeys = (options: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );

function makeParameter(spec: Case, file: CaseFile): paddle.Tensor {
  const options = resolved(spec.attr ?? {}, noNames, file) as Record<string, unknown>;
  const attr = build('ParamAttr', [], { ...(spec.name && { name: spec.name }), ...options });
  const start = file.tensor(spec.init);
  return paddle.createParameter(spec.shape, start.dtype, {
    attr: attr as paddle.ParamAttr,
    defaultInitializer: new paddle.nn.initializer.Assign(toPaddle(start)),
  });
}

/** Row t of a stored list of tensors. */
const row = (stacked: CoreTensor, t: number): CoreTensor => stacked.index(t).copy();

/** Some steps with given gradients. */
export function optimizerCase(c: Case, file: CaseFile, checks: Checks): void {
  let { parameters, optimizer } = make(c, file);
  const names = parameters.map(({ name }) => name);
  if (c.param_names) checks.equal('names of parameters', names, c.param_names);
  const grads = (c.grads as string[]).map((name) => file.tensor(name));
  const outputs = (c.outputs as string[]).map((name) => file.tensor(name));
  const rates: number[] = [];
  for (let t = 0; t < c.steps; t++) {
    const rate = c.set_lr?.[String(t)];
    if (rate !== undefined) optimizer.setLr(rate);
    parameters.forEach((parameter, i) => {
      const missing: readonly number[] = c.params[i].missing_grad_at ?? [];
      if (missing.includes(t) || parameter.stopGradient) return;
      parameter.grad = toPaddle(row(grads[i], t));
    });
    rates.push(optimizer.getLr());
    optimizer.step();
    optimizer.clearGrad();
    if (c.scheduler_step) schedulerOf(optimizer).step();
    parameters.forEach((parameter, i) => {
      compareTensors(
        checks,
        `parameter ${i} after step ${t}`,
        parameter,
        row(outputs[i], t),
        c.tolerance,
      );
    });
    if (c.resume_after === t + 1) {
      const state = optimizer.stateDict();
      const values = parameters.map((parameter) => parameter.tensor.copy());
      ({ parameters, optimizer } = make(c, file));
      parameters.forEach((parameter, i) => {
        parameter.setValue(values[i]);
      });
      optimizer.setStateDict(state);
    }
  }
  if (c.lrs) {
    checks.numbers('learning rates', rates, file.tensor(c.lrs).dataSync(), c.tolerance);
  }
  compareState(checks, optimizer, c, file);
}

const schedulerOf = (optimizer: paddle.optimizer.Optimizer): paddle.optimizer.lr.LRScheduler =>
  optimizer.learningRate as paddle.optimizer.lr.LRScheduler;

/** Keys of an optimizer's state in order, tensors and the rest. */
export function compareState(
  checks: Checks,
  optimizer: paddle.optimizer.Optimizer,
  c: Case,
  file: CaseFile,
  { names = 'state_dict_names', tensors = 'state', json = 'state_json', normWise = false } = {},
): void {
  const state = optimizer.stateDict() as Record<string, unknown>;
  if (c[names]) checks.equal('keys of the state', Object.keys(state), c[names]);
  for (const [key, name] of Object.entries((c[tensors] ?? {}) as Record<string, string>)) {
    compareTensors(checks, key, state[key], file.tensor(name), c.tolerance, normWise);
  }
  for (const [key, value] of Object.entries((c[json] ?? {}) as Record<string, unknown>)) {
    compareJson(checks, key, state[key], value, c);
  }
}

/** LBFGS on a small function of one vector. */
export function lbfgsCase(c: Case, file: CaseFile, checks: Checks): void {
  const [matrix, target, start] = [c.A, c.b, c.init].map((name) => file.tensor(name));
  const x = paddle.createParameter(start.shape, start.dtype, {
    defaultInitializer: new paddle.nn.initializer.Assign(toPaddle(start)),
  });
  const args = resolved(c.optimizer.args ?? {}, noNames, file) as Record<string, unknown>;
  const optimizer = build(c.optimizer.class, [], {
    ...args,
    parameters: [x],
  }) as paddle.optimizer.LBFGS;
  let calls = 0;
  const closure = (): paddle.Tensor => {
    calls++;
    optimizer.clearGrad();
    const product = matrix.matmul(x.tensor.reshape([-1, 1])).reshape([-1]);
    const squares = product
      .sub(target.reshape([-1]))
      .square()
      .mean();
    const loss = new paddle.Tensor(squares.add(x.tensor.square().square().sum().mul(0.1)));
    loss.backward();
    return loss;
  };
  const losses: number[] = [];
  const outputs = c.outputs && file.tensor([c.outputs].flat()[0]);
  for (let t = 0; t < c.steps; t++) {
    losses.push(Number(optimizer.step(closure)));
    if (outputs) compareTensors(checks, `after step ${t}`, x, row(outputs, t), c.tolerance);
  }
  checks.numbers('losses', losses, file.tensor(c.losses).dataSync(), c.tolerance);
  if (c.closure_calls !== undefined) checks.equal('calls of the closure', calls, c.closure_calls);
}
