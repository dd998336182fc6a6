import { describe, expect, test } from 'vitest';
import type { Output } from './output.ts';
import { formatMetric, ProgressBar, resolveVerbosity } from './progress-bar.ts';

class Screen implements Output {
  text = '';
  readonly isTerminal: boolean;

  constructor(isTerminal: boolean) {
    this.isTerminal = isTerminal;
  }

  write(text: string): void {
    this.text += text;
  }

  /** The text without colours and what was drawn over. */
  get shown(): string {
    return this.text.replaceAll(/\x1b\[\d+m/g, '').replaceAll(/[^\n\r]*[\b]*\r/g, '');
  }
}

describe('the bar', () => {
  test('shows steps, time left, time a step and metrics', () => {
    const output = new Screen(true);
    let now = 0;
    const bar = new ProgressBar({ target: 100, verbosity: 1, output, now: () => now });
    now = 1000; // the first step prepares the others and does not count
    bar.update(1, { loss: 2.5 });
    now = 1000 + 49 * 20;
    bar.update(50, { loss: 1.5, accuracy: 0.25 });
    expect(output.shown).toBe(
      ` 50/100 ${'━'.repeat(20)} 1s 20ms/step - loss: 1.5000 - accuracy: 0.2500`,
    );
    expect(output.text).toContain(
      `\x1b[32m${'━'.repeat(10)}\x1b[0m\x1b[37m${'━'.repeat(10)}\x1b[0m`,
    );
    now = 1000 + 99 * 20;
    bar.update(100, { loss: 0.0005, val_loss: 1 }, true);
    expect(output.shown).toBe(
      `100/100 ${'━'.repeat(20)} 3s 20ms/step - loss: 5.0000e-04 - accuracy: 0.2500 - val_loss: 1.0000\n`,
    );
  });

  test('is drawn at most every 50 ms', () => {
    const output = new Screen(true);
    let now = 0;
    const bar = new ProgressBar({ target: 10, verbosity: 1, output, now: () => now });
    bar.update(1, {});
    const first = output.text;
    now = 49;
    expect(bar.due).toBe(false);
    bar.update(2, {});
    expect(output.text).toBe(first);
    now = 51;
    expect(bar.due).toBe(true);
  });

  test('is one plain line where the output is no terminal', () => {
    const output = new Screen(false);
    const bar = new ProgressBar({ target: 2, verbosity: 1, output, now: () => 0 });
    bar.update(1, { loss: 1 });
    bar.update(2, { loss: 1 }, true);
    expect(output.text).toBe(`2/2 ${'━'.repeat(20)} 0s 0s/step - loss: 1.0000\n`);
  });

  test('counts where the number of steps is not known', () => {
    const output = new Screen(true);
    new ProgressBar({ target: null, verbosity: 1, output, now: () => 0 }).update(7, {});
    expect(output.shown).toBe('      7/Unknown 0s 0s/step');
  });
});

test('one line an epoch', () => {
  const output = new Screen(true);
  let now = 0;
  const bar = new ProgressBar({
    target: 9,
    verbosity: 2,
    heading: 'Epoch 1/3 - ',
    output,
    now: () => now,
  });
  bar.update(3, { loss: 2 });
  now = 18_000;
  bar.update(9, { loss: 1 }, true);
  expect(output.text).toBe('Epoch 1/3 - 9/9 - 18s - 2s/step - loss: 1.0000\n');
});

test('numbers are short', () => {
  expect(formatMetric(0.98765)).toBe('0.9877');
  expect(formatMetric(0)).toBe('0.0000e+00');
  expect(formatMetric(-0.00025)).toBe('-2.5000e-04');
  expect(formatMetric(Number.NaN)).toBe('nan');
});

test("'auto' is a bar on a terminal and lines elsewhere", () => {
  expect(resolveVerbosity('auto', new Screen(true))).toBe(1);
  expect(resolveVerbosity('auto', new Screen(false))).toBe(2);
  expect(resolveVerbosity(false, new Screen(true))).toBe(0);
});
