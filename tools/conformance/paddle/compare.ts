import type { Tensor as CoreTensor } from 'gradus';
import paddle from 'gradus/paddle';
import type { Case } from '../case-file.ts';
import type { Checks, Tolerance } from '../report.ts';

/**
 * Shape, dtype and numbers. `normWise` measures against the largest of the expected numbers, as layers and trainings are.
 */
export function compareTensors(
  checks: Checks,
  what: string,
  received: unknown,
  expected: CoreTensor,
  tolerance: Tolerance,
  normWise = false,
): void {
  if (!(received instanceof paddle.Tensor)) {
    checks.holds(what, false, `no tensor but ${String(received)}`);
    return;
  }
  checks.equal(`${what}: dtype`, received.dtype, expected.dtype);
  checks.equal(`${what}: shape`, received.shape, expected.shape);
  const exact = !/^b?float|^complex/.test(expected.dtype);
  const allowed = exact ? { rtol: 0, atol: 0 } : tolerance;
  checks.numbers(what, received.numpy(), expected.dataSync(), allowed, normWise && !exact);
}

/** Tensors of nested results, in order. */
export function flatten(result: unknown): unknown[] {
  if (Array.isArray(result)) return result.flatMap(flatten);
  return [result];
}

/** Runs backward from several outputs; each output with its own upstream gradient, null for none. */
export function backwardFrom(
  outputs: readonly paddle.Tensor[],
  upstream: readonly (CoreTensor | null)[],
): void {
  const seen = new Set<paddle.Tensor>();
  const parts: CoreTensor[] = [];
  outputs.forEach((output, i) => {
    const up = upstream[i];
    if (!up || seen.has(output) || output.stopGradient) return;
    seen.add(output);
    parts.push(output.tensor.mul(up).sum());
  });
  if (parts.length > 0) parts.reduce((sum, part) => sum.add(part)).backward();
}

/** A gradient that must be what is stored, or absent (`null`; zeros are as good). */
export function compareGradient(
  checks: Checks,
  what: string,
  received: paddle.Tensor | null,
  expected: CoreTensor | null,
  tolerance: Tolerance,
  normWise = false,
): void {
  if (expected === null) {
    const absent = received === null || [...received.numpy()].every((v) => v === 0);
    checks.holds(`${what}: none`, absent);
    return;
  }
  if (received === null) {
    const zeros = [...expected.dataSync()].every((v) => v === 0);
    checks.holds(what, zeros, 'no gradient');
    return;
  }
  compareTensors(checks, what, received, expected, tolerance, normWise);
}

/** Nested plain values: the same keys, numbers within the tolerance. */
export function compareJson(
  checks: Checks,
  what: string,
  received: unknown,
  want: unknown,
  c: Case,
): void {
  if (typeof want === 'object' && want !== null) {
    const got = (received ?? {}) as Record<string, unknown>;
    checks.equal(`${what}: keys`, Object.keys(got).sort(), Object.keys(want).sort());
    for (const [key, value] of Object.entries(want)) {
      compareJson(checks, `${what}.${key}`, got[key], value, c);
    }
  } else if (typeof want === 'number') {
    checks.numbers(what, [received as number], [want], c.tolerance);
  } else checks.equal(what, received, want);
}
