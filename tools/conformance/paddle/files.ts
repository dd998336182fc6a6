import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import paddle from 'gradus/paddle';
import type { Case, CaseFile } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { callFunction, resolved, toPaddle } from './call.ts';
import { compareTensors, flatten } from './compare.ts';

/** Calls a function that takes a path, which is relative to the folder of the cases. */
export function callOnFile(call: Case, file: CaseFile): Promise<unknown> {
  const args = resolved(call.args ?? {}, new Map(), file) as Case;
  const path = join(file.folder, args.path);
  return Promise.resolve(callFunction(call.function, [], { ...args, path }));
}

type Leaf = readonly [path: readonly (string | number)[], value: unknown];

/** What a loaded value holds, in order; empty containers are leaves. */
function* leavesOf(value: unknown, path: readonly (string | number)[] = []): Iterable<Leaf> {
  const children = childrenOf(value);
  if (!children || children.length === 0) yield [path, value];
  else for (const [key, child] of children) yield* leavesOf(child, [...path, key]);
}

function childrenOf(value: unknown): (readonly [string | number, unknown])[] | null {
  if (isHostArray(value)) return null;
  if (Array.isArray(value)) return value.map((item, i) => [i, item] as const);
  if (value instanceof Map) return [...value] as [string, unknown][];
  const prototype = typeof value === 'object' && value !== null && Object.getPrototypeOf(value);
  return prototype === Object.prototype || (prototype === null && value !== null)
    ? Object.entries(value as object)
    : null;
}

/** A saved file: every leaf, bit for bit. */
export async function fileCase(c: Case, file: CaseFile, checks: Checks): Promise<void> {
  const path = join(file.folder, c.file);
  if (c.bytes !== undefined) checks.equal('bytes', (await stat(path)).size, c.bytes);
  const loaded = await callOnFile(c.call, file);
  const leaves = [...leavesOf(loaded)];
  checks.equal(
    'paths',
    leaves.map(([where]) => where),
    c.expected.map(({ path: where }: Case) => where),
  );
  (c.expected as Case[]).forEach((want, i) => {
    const value = leaves[i]?.[1];
    const what = want.path.join(' / ') || 'the value';
    if (want.tensor === undefined) {
      checks.equal(`${what} (${want.type})`, value, want.value);
      return;
    }
    const stored = file.tensor(want.tensor);
    if (isHostArray(value)) {
      checks.equal(`${what}: dtype`, value.dtype, want.dtype);
      checks.equal(`${what}: shape`, value.shape, want.shape);
      checks.numbers(what, Array.from(value.data, Number), stored.dataSync(), c.tolerance);
    } else compareTensors(checks, what, value, stored, c.tolerance);
  });
  if (c.container === 'list' || c.container === 'tuple') {
    checks.holds('a list', Array.isArray(loaded));
  }
}

interface HostArray {
  readonly data: ArrayLike<number | bigint>;
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** What `return_numpy` gives. */
const isHostArray = (value: unknown): value is HostArray =>
  typeof value === 'object' &&
  value !== null &&
  !(value instanceof paddle.Tensor) &&
  ArrayBuffer.isView((value as HostArray).data);

/** A saved program: what it computes and the parameters that it holds. */
export async function jitCase(c: Case, file: CaseFile, checks: Checks): Promise<void> {
  const layer = (await callOnFile(c.call, file)) as paddle.nn.Layer;
  layer.eval();
  const inputs = (c.inputs as string[]).map((name) => toPaddle(file.tensor(name)));
  const outputs = flatten(paddle.noGrad(() => layer.call(...inputs)));
  checks.equal('number of outputs', outputs.length, c.outputs.length);
  (c.outputs as string[]).forEach((name, i) => {
    compareTensors(checks, `output ${i}`, outputs[i], file.tensor(name), c.tolerance, true);
  });
  const state = layer.stateDict();
  const byName = new Map(Object.values(state).map((tensor) => [tensor.name, tensor]));
  for (const [key, name] of Object.entries((c.weights ?? {}) as Record<string, string>)) {
    const found = byName.get(c.param_names?.[key]) ?? state[key];
    compareTensors(checks, key, found, file.tensor(name), { rtol: 0, atol: 0 });
  }
}

/** A broken or malicious file. */
export async function hostileCase(c: Case, file: CaseFile, checks: Checks): Promise<void> {
  const before = Object.getOwnPropertyNames(Object.prototype).length;
  const started = performance.now();
  const memory = process.memoryUsage().rss;
  let loaded: unknown;
  let thrown: unknown;
  try {
    loaded = await paddle.load(join(file.folder, c.file));
  } catch (error) {
    thrown = error;
  }
  checks.holds('under 5 seconds', performance.now() - started < 5000);
  checks.holds('under 512 MB', process.memoryUsage().rss - memory < 512 * 2 ** 20);
  checks.equal('Object.prototype', Object.getOwnPropertyNames(Object.prototype).length, before);
  if (thrown !== undefined) {
    checks.holds('a clear error', thrown instanceof Error && thrown.message.length > 0);
    checks.holds('an error of ours', (thrown as Error).constructor.name === 'FormatError', thrown);
    return;
  }
  if (c.expect === 'reject') checks.holds('rejected', false, JSON.stringify(loaded));
  else checks.equal('value', JSON.stringify(plain(loaded)), JSON.stringify(c.value));
}

/** Maps as objects, own keys alone, `__proto__` as a key like others. */
function plain(value: unknown): unknown {
  const children = childrenOf(value);
  if (!children || Array.isArray(value)) return value;
  const object = Object.create(null);
  for (const [key, child] of children) {
    Object.defineProperty(object, key, { value: plain(child), enumerable: true });
  }
  return object;
}
