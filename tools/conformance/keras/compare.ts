import type { Tensor } from 'gradus';
import type { Checks, Tolerance } from '../report.ts';

/** Shape, then numbers: floats within the tolerance, each by its own size, whole numbers exactly. */
export function close(
  checks: Checks,
  what: string,
  received: Tensor | null | undefined,
  expected: Tensor,
  tolerance: Tolerance,
  normWise = false,
): void {
  if (!received) {
    checks.holds(what, false, 'nothing');
    return;
  }
  checks.equal(`${what}: shape`, received.shape, expected.shape);
  const exact = !expected.dtype.startsWith('float');
  checks.numbers(
    what,
    received.dataSync(),
    expected.dataSync(),
    exact ? { rtol: 0, atol: 0 } : tolerance,
    normWise,
  );
}

/** `close` with room by the largest of the numbers, as layers and trainings need. */
export const compare = (
  checks: Checks,
  what: string,
  received: Tensor | undefined,
  expected: Tensor,
  tolerance: Tolerance,
): void => close(checks, what, received, expected, tolerance, true);
