import { ValueError } from '../tensor/index.ts';
import { getOutput, type Output } from './output.ts';

/** 0: nothing, 1: a bar drawn again and again, 2: one line an epoch. */
export type Verbosity = 0 | 1 | 2;

/** What `verbose` takes; 'auto' is a bar on a terminal and one line an epoch elsewhere. */
export type Verbose = Verbosity | boolean | 'auto';

/** How a progress bar is shown. */
export interface ProgressBarOptions {
  /** Steps expected; null where that is not known beforehand. */
  readonly target: number | null;
  readonly verbosity: Verbosity;
  /** Characters of the bar. */
  readonly width?: number;
  /** Least time between two drawings, in milliseconds. */
  readonly interval?: number;
  /** What a step is called: `ms/step`. */
  readonly unit?: string;
  /** Put in front of the line of verbosity 2: `Epoch 1/3 - `. */
  readonly heading?: string;
  readonly output?: Output;
  /** Milliseconds; for tests. */
  readonly now?: () => number;
}

const bold = (text: string): string => `\x1b[1m${text}\x1b[0m`;
const green = (text: string): string => (text ? `\x1b[32m${text}\x1b[0m` : '');
const grey = (text: string): string => (text ? `\x1b[37m${text}\x1b[0m` : '');
const visible = (text: string): number => text.replaceAll(/\x1b\[\d+m/g, '').length;

/**
 * Keras' progress line: `  57/1875 ━━━━ 12s 7ms/step - accuracy: 0.3125 - loss: 2.1042`.
 * Where the output is no terminal, only its last state is printed.
 */
export class ProgressBar {
  target: number | null;
  readonly #options: Required<Omit<ProgressBarOptions, 'target'>>;
  readonly #start: number;
  #afterFirst: number | null = null;
  #drawn = Number.NEGATIVE_INFINITY;
  #width = 0;
  #values: ReadonlyMap<string, number> = new Map();

  constructor(options: ProgressBarOptions) {
    const defaults = { width: 20, interval: 50, unit: 'step', heading: '' };
    this.target = options.target;
    this.#options = { ...defaults, output: getOutput(), now: () => performance.now(), ...options };
    this.#start = this.#options.now();
  }

  /** Whether `update` would draw now: values need to be read only then. */
  get due(): boolean {
    const { verbosity, output, interval, now } = this.#options;
    return verbosity === 1 && output.isTerminal && now() - this.#drawn >= interval;
  }

  /** Shows that `current` steps are done. `finish` ends the line. */
  update(current: number, values: Readonly<Record<string, number>>, finish = false): void {
    const { verbosity, output, now } = this.#options;
    const time = now();
    const perStep = this.#stepDuration(current, time);
    this.#values = new Map([...this.#values, ...Object.entries(values)]);
    if (verbosity === 1 && (finish || this.due)) {
      this.#drawn = time;
      this.#draw(current, perStep, time, finish);
    } else if (verbosity === 2 && finish) {
      const { heading } = this.#options;
      output.write(
        `${heading}${this.#count(current)} - ${this.#seconds(time)} -` +
          `${formatDuration(perStep, this.#options.unit)}${this.#metrics()}\n`,
      );
    }
  }

  #draw(current: number, perStep: number, time: number, finish: boolean): void {
    const { width, output, unit } = this.#options;
    const { target } = this;
    let line = '';
    if (target) {
      const done = Math.floor((width * current) / target);
      line = `${bold(this.#count(current))} ${green('━'.repeat(done))}${grey('━'.repeat(width - done))}`;
    } else {
      line = `${String(current).padStart(7)}/Unknown`;
    }
    const left = target && !finish ? formatEta((perStep / 1000) * (target - current)) : null;
    line += ` ${bold(left ?? this.#seconds(time))}`;
    line += formatDuration(perStep, unit) + this.#metrics();
    if (!output.isTerminal) {
      output.write(`${line.replaceAll(/\x1b\[\d+m/g, '')}\n`);
      return;
    }
    const length = visible(line);
    const blank = ' '.repeat(Math.max(0, this.#width - length));
    output.write(`${'\b'.repeat(this.#width)}\r${line}${blank}${finish ? '\n' : ''}`);
    this.#width = length;
  }

  #count(current: number): string {
    if (!this.target) return String(current);
    return `${String(current).padStart(String(this.target).length)}/${this.target}`;
  }

  #seconds(time: number): string {
    return `${Math.round((time - this.#start) / 1000)}s`;
  }

  #metrics(): string {
    return [...this.#values].map(([name, value]) => ` - ${name}: ${formatMetric(value)}`).join('');
  }

  /** Milliseconds a step; the first is not counted where others are known: it prepares what follows. */
  #stepDuration(current: number, time: number): number {
    if (!current) return 0;
    const duration =
      this.#afterFirst !== null && current > 1
        ? (time - this.#afterFirst) / (current - 1)
        : (time - this.#start) / current;
    if (current === 1) this.#afterFirst = time;
    return duration;
  }
}

/** Four digits, in powers of ten below a thousandth. */
export function formatMetric(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  if (Math.abs(value) > 1e-3) return value.toFixed(4);
  return value.toExponential(4).replace(/e([+-])(\d)$/, 'e$10$2');
}

function formatEta(seconds: number): string {
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  if (seconds > 3600) {
    return `${Math.floor(seconds / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
  }
  if (seconds > 60) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return `${Math.floor(seconds)}s`;
}

function formatDuration(milliseconds: number, unit: string): string {
  if (milliseconds >= 1000 || milliseconds === 0)
    return ` ${(milliseconds / 1000).toFixed(0)}s/${unit}`;
  if (milliseconds >= 1) return ` ${milliseconds.toFixed(0)}ms/${unit}`;
  return ` ${(milliseconds * 1000).toFixed(0)}us/${unit}`;
}

/** What a `verbose` option means for an output. */
export function resolveVerbosity(verbose: Verbose, output: Output): Verbosity {
  if (!['auto', true, false, 0, 1, 2].includes(verbose)) {
    throw new ValueError(`verbose must be 'auto', 0, 1 or 2, received ${String(verbose)}`);
  }
  if (verbose === 'auto') return output.isTerminal ? 1 : 2;
  return verbose === true ? 1 : verbose === false ? 0 : verbose;
}
