/** How far numbers may lie from those of the reference: |got - want| <= atol + rtol |want|. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** One comparison of a case. */
export interface Check {
  readonly what: string;
  readonly ok: boolean;
  /** The error as a share of what is allowed. */
  readonly share: number;
  readonly expected: string;
  readonly received: string;
}

/** Collects the comparisons of one case. */
export class Checks {
  readonly list: Check[] = [];

  /** Numbers against numbers; with `normWise` the tolerance is relative to the largest of them. */
  numbers(
    what: string,
    received: ArrayLike<number>,
    expected: ArrayLike<number>,
    { rtol, atol }: Tolerance,
    normWise = false,
  ): void {
    if (received.length !== expected.length) {
      this.equal(`${what}: length`, received.length, expected.length);
      return;
    }
    let largest = 0;
    for (let i = 0; i < expected.length; i++) {
      if (Number.isFinite(expected[i])) largest = Math.max(largest, Math.abs(expected[i]));
    }
    let worst = 0;
    let at = 0;
    for (let i = 0; i < expected.length; i++) {
      const [got, want] = [received[i], expected[i]];
      if (Object.is(got, want) || got === want) continue;
      const allowed = atol + rtol * (normWise ? largest : Math.abs(want));
      const share = Math.abs(got - want) / allowed;
      const measured =
        Number.isNaN(share) || !Number.isFinite(want) ? Number.POSITIVE_INFINITY : share;
      if (measured > worst) {
        worst = measured;
        at = i;
      }
    }
    this.list.push({
      what,
      ok: worst <= 1,
      share: worst,
      expected: expected.length ? `${expected[at]} at ${at}` : 'nothing',
      received: received.length ? `${received[at]}` : 'nothing',
    });
  }

  /** Values that must be the same. */
  equal(what: string, received: unknown, expected: unknown): void {
    const [got, want] = [JSON.stringify(received), JSON.stringify(expected)];
    this.list.push({
      what,
      ok: got === want,
      share: got === want ? 0 : Number.POSITIVE_INFINITY,
      expected: shorten(want),
      received: shorten(got),
    });
  }

  /** A number that must not lie further from the expected one than `allowed`. */
  within(what: string, received: number, expected: number, allowed: number): void {
    this.numbers(what, [received], [expected], { rtol: 0, atol: allowed });
  }

  holds(what: string, ok: boolean, received: unknown = ok): void {
    this.list.push({
      what,
      ok,
      share: ok ? 0 : Number.POSITIVE_INFINITY,
      expected: 'true',
      received: shorten(String(received)),
    });
  }
}

const shorten = (text: string | undefined): string =>
  text === undefined ? 'undefined' : text.length > 160 ? `${text.slice(0, 160)}…` : text;

/** Counts of one file of cases. */
export interface FileResult {
  passed: number;
  failed: number;
  /** The largest error as a share of what was allowed. */
  worst: number;
  worstId: string;
}

/** Runs one case, prints its failures, and adds to the counts. */
export async function runCase(
  id: string,
  run: (checks: Checks) => void | Promise<void>,
  result: FileResult,
): Promise<void> {
  const checks = new Checks();
  let thrown: unknown;
  try {
    await run(checks);
  } catch (error) {
    thrown = error;
  }
  const failures = checks.list.filter(({ ok }) => !ok);
  for (const { share } of checks.list) {
    if (share > result.worst && Number.isFinite(share)) {
      result.worst = share;
      result.worstId = id;
    }
  }
  if (thrown === undefined && failures.length === 0 && checks.list.length > 0) {
    result.passed++;
    return;
  }
  result.failed++;
  if (thrown !== undefined) {
    const { name, message } = thrown as Error;
    console.log(`  FAILED ${id}: ${name}: ${message?.split('\n')[0].slice(0, 300)}`);
    if (process.env.GRADUS_DEBUG) console.log((thrown as Error).stack);
  } else if (checks.list.length === 0) console.log(`  FAILED ${id}: nothing was compared`);
  for (const { what, expected, received, share } of failures.slice(0, 3)) {
    console.log(
      `  FAILED ${id}: ${what}: expected ${expected}, received ${received} (${share.toPrecision(3)} x allowed)`,
    );
  }
}
