// A test that prints fails: nobody reads the output of a suite, and a warning there is a bug.
import { afterEach, beforeEach } from 'vitest';

const methods = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;
const printed: string[] = [];

for (const method of methods) {
  console[method] = (...values: unknown[]) => {
    printed.push(`console.${method}: ${values.map(String).join(' ')}`);
  };
}

function failIfPrinted(): void {
  const lines = printed.splice(0);
  if (lines.length > 0) throw new Error(`the test printed to the console\n${lines.join('\n')}`);
}

beforeEach(failIfPrinted); // what the module's own top level printed
afterEach(failIfPrinted);
