import { toCamelCase } from 'gradus/config';
import paddle from 'gradus/paddle';
import type { Case, CaseFile } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { argumentsFor, callFunction, callMethod, resolved, toPaddle } from './call.ts';
import { compareTensors } from './compare.ts';

/** A few statements over named tensors. */
export async function programCase(c: Case, file: CaseFile, checks: Checks): Promise<void> {
  const names = new Map<string, unknown>();
  for (const [name, { tensor, stop_gradient: stop }] of Object.entries(
    (c.inputs ?? {}) as Record<string, Case>,
  )) {
    names.set(name, toPaddle(file.tensor(tensor), stop));
  }
  let thrown: unknown;
  try {
    for (const step of c.steps as Case[]) runStep(step, names, file);
  } catch (error) {
    if (!c.error) throw error;
    thrown = error;
  }
  if (c.error) {
    checks.holds(`throws (${c.error})`, thrown instanceof Error);
    return;
  }
  for (const path of c.read as string[]) {
    const received = await read(path, names);
    const expected = c.outputs[path] as Case;
    if ('tensor' in expected) {
      const tensor =
        received instanceof paddle.Tensor ? received : asStored(received, expected, file);
      compareTensors(checks, path, tensor, file.tensor(expected.tensor), c.tolerance);
    } else compareValue(checks, path, received, expected.value, c);
  }
}

/** What `numpy()` and `tolist()` give, as a tensor of the type that is expected. */
function asStored(received: unknown, { tensor }: Case, file: CaseFile): unknown {
  const { dtype, shape } = file.tensor(tensor);
  const list = ArrayBuffer.isView(received) ? [...(received as Float32Array)] : received;
  const made = paddle.toTensor(list as never, { dtype });
  return ArrayBuffer.isView(received) ? paddle.reshape(made, shape) : made;
}

function compareValue(checks: Checks, what: string, received: unknown, want: unknown, c: Case) {
  if (typeof want === 'number' && typeof received === 'number' && !Number.isInteger(want)) {
    checks.numbers(what, [received], [want], c.tolerance);
  } else checks.equal(what, received ?? null, want);
}

/** `x.grad` and the like, a dtype as its name. */
async function read(path: string, names: ReadonlyMap<string, unknown>): Promise<unknown> {
  const [name, ...attributes] = path.split('.');
  let value = names.get(name);
  for (const attribute of attributes) {
    if (value === null || value === undefined) return null;
    value = (value as Record<string, unknown>)[toCamelCase(attribute)];
  }
  return await value;
}

function runStep(step: Case, names: Map<string, unknown>, file: CaseFile): void {
  const result = resultOf(step, names, file);
  if (step.set === undefined) return;
  if (Array.isArray(step.set)) {
    step.set.forEach((name: string, i: number) => {
      names.set(name, (result as unknown[])[i]);
    });
  } else names.set(step.set, result);
}

function resultOf(step: Case, names: Map<string, unknown>, file: CaseFile): unknown {
  const value = (v: unknown): unknown => resolved(v, names, file);
  const pos = value(step.pos ?? []) as unknown[];
  const args = value(step.args ?? {}) as Record<string, unknown>;
  const on = names.get(step.on) as paddle.Tensor & Record<string, unknown>;
  const tensors = (list: readonly string[] | undefined) => list?.map((name) => names.get(name));
  if (step.function) return callFunction(step.function, pos, args);
  if (step.method) return callMethod(on, step.method, pos, args);
  if (step.attr) return on[toCamelCase(step.attr)];
  if (step.no_grad) {
    return paddle.noGrad(() => {
      for (const inner of step.no_grad as Case[]) runStep(inner, names, file);
    });
  }
  if (step.grad_of) {
    const { grad_outputs: outputs, retain_graph, create_graph, allow_unused } = step;
    const options = {
      ...(outputs && { grad_outputs: tensors(outputs) }),
      ...(retain_graph !== undefined && { retain_graph }),
      ...(create_graph !== undefined && { create_graph }),
      ...(allow_unused !== undefined && { allow_unused }),
    };
    return callFunction('grad', [tensors(step.grad_of), tensors(step.wrt)], options);
  }
  if (step.op) return operate(step, on, pos, names, file);
  if ('index' in step) return callMethod(on, 'index', indexOf(step, names, file), {});
  throw new Error(`unknown step ${JSON.stringify(step)}`);
}

function indexOf(step: Case, names: Map<string, unknown>, file: CaseFile): unknown[] {
  const items = resolved(step.index, names, file);
  return Array.isArray(items) && step.as_tuple !== false ? items : [items];
}

function operate(
  step: Case,
  on: paddle.Tensor & Record<string, unknown>,
  pos: readonly unknown[],
  names: Map<string, unknown>,
  file: CaseFile,
): unknown {
  switch (step.op as string) {
    case 'backward': {
      const { grad, retain_graph: retain } = step;
      const named = {
        ...(grad && { grad_tensor: names.get(grad) }),
        ...(retain !== undefined && { retain_graph: retain }),
      };
      return on.backward(...(argumentsFor(on.backward as never, [], named) as never[]));
    }
    case 'set_stop_gradient':
      on.stopGradient = step.value;
      return undefined;
    case 'setitem':
      return callMethod(
        on,
        'set_item',
        [indexOf(step, names, file), resolved(step.value, names, file)],
        {},
      );
    default:
      return callMethod(on, step.op, pos, {});
  }
}
