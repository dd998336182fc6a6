import type { SerializedError } from 'vitest';
import { DefaultReporter, type TestModule } from 'vitest/node';

/** Vitest's default report, closed by one line that a script can read: `N passed, N failed`. */
export default class Reporter extends DefaultReporter {
  override onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly SerializedError[],
    reason: Parameters<DefaultReporter['onTestRunEnd']>[2],
  ): void {
    super.onTestRunEnd(modules, errors, reason);
    let passed = 0;
    let failed = errors.length;
    for (const module of modules) {
      // A file that cannot be imported, or whose hooks fail, has errors and maybe no failed test.
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        if (state === 'failed' || state === 'pending') failed++;
      }
    }
    console.log(`${passed} passed, ${failed} failed`);
  }
}
