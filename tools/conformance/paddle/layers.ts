import type paddle from 'gradus/paddle';
import type { Case, CaseFile } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { argumentsFor, build, isFloat, resolved, toPaddle, withFreshNames } from './call.ts';
import { backwardFrom, compareGradient, compareTensors, flatten } from './compare.ts';

const noNames = new Map<string, unknown>();

/** Loads stored weights into a layer and compares the keys, in order, and the parameters' names. */
export function loadWeights(
  layer: paddle.nn.Layer,
  weights: Readonly<Record<string, string>>,
  c: Case,
  file: CaseFile,
  checks: Checks,
): void {
  const state = layer.stateDict();
  checks.equal('keys', Object.keys(state), Object.keys(weights));
  for (const [key, name] of Object.entries((c.param_names ?? {}) as Record<string, string>)) {
    checks.equal(`name of ${key}`, state[key]?.name, name);
  }
  layer.setStateDict(
    Object.fromEntries(
      Object.entries(weights).map(([key, name]) => [key, toPaddle(file.tensor(name))]),
    ),
  );
}

/** One layer: keys, names, outputs, gradients, moving statistics. */
export function layerCase(c: Case, file: CaseFile, checks: Checks): void {
  const layer = withFreshNames(
    () =>
      build(
        c.class,
        resolved(c.pos ?? [], noNames, file) as unknown[],
        resolved(c.args ?? {}, noNames, file) as Record<string, unknown>,
      ) as paddle.nn.Layer,
  );
  loadWeights(layer, c.weights ?? {}, c, file, checks);
  if (c.mode === 'eval') layer.eval();
  else layer.train();
  const closed: readonly number[] = c.no_grad_inputs ?? [];
  const inputs = (c.inputs as (string | null)[]).map((name, i) => {
    if (name === null) return null;
    const x = toPaddle(file.tensor(name));
    if (isFloat(x) && !closed.includes(i)) x.stopGradient = false;
    return x;
  });
  const grouped = c.group_inputs
    ? (c.group_inputs as number[][]).map((group) =>
        group.length === 1 ? inputs[group[0]] : group.map((i) => inputs[i]),
      )
    : inputs;
  const named = resolved(c.call_args ?? {}, noNames, file) as Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: each layer's forward has its own arguments
  const call = layer as any;
  const result = call.call(...argumentsFor(call.forward, grouped, named));
  const outputs = flatten(result) as paddle.Tensor[];
  checks.equal('number of outputs', outputs.length, c.outputs.length);
  (c.outputs as string[]).forEach((name, i) => {
    compareTensors(checks, `output ${i}`, outputs[i], file.tensor(name), c.tolerance, true);
  });
  if (!c.upstream) return;
  backwardFrom(
    outputs,
    (c.upstream as (string | null)[]).map((name) => (name === null ? null : file.tensor(name))),
  );
  ((c.grad_inputs ?? []) as (string | null)[]).forEach((name, i) => {
    const expected = name === null ? null : file.tensor(name);
    compareGradient(
      checks,
      `gradient of input ${i}`,
      inputs[i]?.grad ?? null,
      expected,
      c.tolerance,
      true,
    );
  });
  const state = layer.stateDict();
  for (const [key, name] of Object.entries((c.grad_weights ?? {}) as Record<string, string>)) {
    const expected = name === null ? null : file.tensor(name);
    compareGradient(
      checks,
      `gradient of ${key}`,
      state[key]?.grad ?? null,
      expected,
      c.tolerance,
      true,
    );
  }
  for (const [key, name] of Object.entries((c.weights_after ?? {}) as Record<string, string>)) {
    compareTensors(checks, `${key} after`, state[key], file.tensor(name), c.tolerance, true);
  }
}
