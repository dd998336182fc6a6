import paddle from 'gradus/paddle';
import type { Case, CaseFile } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { build, callFunction, resolved } from './call.ts';
import { compareTensors } from './compare.ts';

const noNames = new Map<string, unknown>();

/** A parameter made as `call` says. */
function makeParameter(call: Case, file: CaseFile): paddle.Tensor {
  const { function: path, args, ...named } = call;
  // A missing `default_initializer` is Python's None.
  const { initializer, ...rest } = resolved({ ...args, ...named }, noNames, file) as Case;
  const attr = initializer && { attr: build('ParamAttr', [], { initializer }) };
  return callFunction(path, [], { dtype: 'float32', ...rest, ...attr }) as paddle.Tensor;
}

/** Numbers that are fixed. */
export function exactInitializerCase(c: Case, file: CaseFile, checks: Checks): void {
  const made = makeParameter(c.call, file);
  compareTensors(checks, 'values', made, file.tensor(c.outputs[0]), c.tolerance);
}

/** The gain of an activation. */
export function gainCase(c: Case, file: CaseFile, checks: Checks): void {
  const args = resolved(c.call.args, noNames, file) as Record<string, unknown>;
  const gain = callFunction(c.call.function, [], args) as number;
  checks.numbers('gain', [gain], [c.value], c.tolerance);
}

const SEEDS = 8;

/** Elements of what `make` gives for several seeds. */
function sample(make: () => paddle.Tensor): number[] {
  const values: number[] = [];
  for (let seed = 0; seed < SEEDS; seed++) {
    paddle.seed(100 + seed);
    for (const value of make().numpy()) values.push(value);
  }
  return values;
}

/** Compares a sample with a law: mean, spread, limits. */
function compareWithLaw(checks: Checks, what: string, values: number[], rule: Case): void {
  if (rule.law === 'constant') {
    checks.holds(
      `${what}: all ${rule.value}`,
      values.every((v) => Math.abs(v - rule.value) < 1e-6),
    );
    return;
  }
  const count = values.length;
  const mean = values.reduce((sum, v) => sum + v, 0) / count;
  const std = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / count);
  checks.within(`${what}: mean`, mean, rule.mean, (5 * rule.std) / Math.sqrt(count));
  checks.within(`${what}: std`, std / rule.std, 1, 0.03);
  if (rule.low === undefined) return;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  checks.holds(`${what}: >= ${rule.low}`, low >= rule.low - 1e-6, low);
  checks.holds(`${what}: <= ${rule.high}`, high <= rule.high + 1e-6, high);
  if (rule.law !== 'uniform') return;
  const near = 0.02 * (rule.high - rule.low);
  checks.within(`${what}: lower end`, low, rule.low, near);
  checks.within(`${what}: upper end`, high, rule.high, near);
}

/** A random initializer's law. */
export function randomInitializerCase(c: Case, file: CaseFile, checks: Checks): void {
  compareWithLaw(
    checks,
    'values',
    sample(() => makeParameter(c.call, file)),
    c.rule,
  );
}

/** What a layer's parameters start from by default. */
export function layerDefaultCase(c: Case, file: CaseFile, checks: Checks): void {
  const args = resolved(c.args ?? {}, noNames, file) as Record<string, unknown>;
  const make = () => build(c.class, [], args) as paddle.nn.Layer;
  for (const [key, { shape, rule }] of Object.entries(c.parameters as Record<string, Case>)) {
    checks.equal(`${key}: shape`, make().stateDict()[key]?.shape, shape);
    compareWithLaw(
      checks,
      key,
      sample(() => make().stateDict()[key]),
      rule,
    );
  }
}

/** Columns (or rows, where these are fewer) of length `gain` and at right angles. */
export function orthogonalCase(c: Case, file: CaseFile, checks: Checks): void {
  const made = makeParameter(c.call, file);
  const [rows, columns] = made.shape;
  const gain: number = c.call.default_initializer.args?.gain ?? 1;
  const w = made.tensor;
  const product = rows >= columns ? w.transpose().matmul(w) : w.matmul(w.transpose());
  const n = Math.min(rows, columns);
  const want = Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? gain * gain : 0));
  checks.numbers('product', product.dataSync(), want, { rtol: 0, atol: 1e-4 });
}

/** The same seed gives the same weights. */
export function seedCase(_c: Case, _file: CaseFile, checks: Checks): void {
  const make = () => {
    paddle.seed(90);
    const layer = new paddle.nn.Linear(7, 5);
    return [...(layer.stateDict().weight as paddle.Tensor).numpy()];
  };
  const [first, second] = [make(), make()];
  checks.equal('weights', first, second);
  checks.holds('weights differ from each other', new Set(first).size > 1);
}
