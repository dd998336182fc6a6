import type paddle from 'gradus/paddle';
import type { Case, CaseFile } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { callFunction, isFloat, resolved, toPaddle } from './call.ts';
import { backwardFrom, compareGradient, compareTensors, flatten } from './compare.ts';

/** One function: outputs and gradients. */
export async function functionCase(c: Case, file: CaseFile, checks: Checks): Promise<void> {
  const closed: readonly string[] = c.no_grad_inputs ?? [];
  const backward = c.backward !== false && c.upstream !== undefined;
  const inputs = new Map<string, paddle.Tensor>();
  for (const [name, stored] of Object.entries((c.inputs ?? {}) as Record<string, string>)) {
    const x = toPaddle(file.tensor(stored));
    if (backward && isFloat(x) && !closed.includes(name)) x.stopGradient = false;
    inputs.set(name, x);
  }
  const pos = resolved(c.pos ?? [], inputs, file) as unknown[];
  const args = resolved(c.args ?? {}, inputs, file) as Record<string, unknown>;
  const outputs = flatten(await callFunction(c.function, pos, args)) as paddle.Tensor[];
  checks.equal('number of outputs', outputs.length, c.outputs.length);
  (c.outputs as string[]).forEach((name, i) => {
    compareTensors(checks, `output ${i}`, outputs[i], file.tensor(name), c.tolerance);
  });
  if (!backward) return;
  backwardFrom(
    outputs,
    (c.upstream as (string | null)[]).map((name) => (name === null ? null : file.tensor(name))),
  );
  for (const [name, stored] of Object.entries(
    (c.grad_inputs ?? {}) as Record<string, string | null>,
  )) {
    const expected = stored === null ? null : file.tensor(stored);
    const { grad } = inputs.get(name) as paddle.Tensor;
    compareGradient(checks, `gradient of ${name}`, grad, expected, c.tolerance);
  }
}
