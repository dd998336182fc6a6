import type { Launch } from './kernels.ts';

/** Where the time of a backend went: one kernel on behalf of one operation, summed over all runs. */
export interface ProfileRow {
  /** The operation that asked for it. */
  readonly operation: string;
  /** The generated function, or `reference` for a kernel that ran in TypeScript. */
  readonly kernel: string;
  readonly calls: number;
  readonly milliseconds: number;
}

/** One operation, with all its kernels. */
export interface ProfileSummary {
  readonly operation: string;
  readonly milliseconds: number;
  /** Multiplications and additions, counted as for a direct product; 0 where the sizes do not tell. */
  readonly operations: number;
}

/** A stretch of time, measured. */
export interface ProfileReport {
  readonly rows: readonly ProfileRow[];
  readonly operations: readonly ProfileSummary[];
  /** Hand-offs of work to the threads. */
  readonly handOffs: number;
  /** The most bytes that were in use at once. */
  readonly peakBytes: number;
}

/** Collects what a backend measures while it is profiled. */
export class Profile {
  readonly #rows = new Map<string, { -readonly [K in keyof ProfileRow]: ProfileRow[K] }>();
  readonly #operations = new Map<string, number>();

  add(operation: string, kernel: string, milliseconds: number): void {
    const key = `${operation}|${kernel}`;
    const row = this.#rows.get(key) ?? { operation, kernel, calls: 0, milliseconds: 0 };
    row.calls++;
    row.milliseconds += milliseconds;
    this.#rows.set(key, row);
  }

  count(operation: string, operations: number): void {
    this.#operations.set(operation, (this.#operations.get(operation) ?? 0) + operations);
  }

  /** Rows and operations, the longest first. */
  summarize(): Pick<ProfileReport, 'rows' | 'operations'> {
    const rows = [...this.#rows.values()].sort((a, b) => b.milliseconds - a.milliseconds);
    const sums = new Map<string, number>();
    for (const { operation, milliseconds } of rows) {
      sums.set(operation, (sums.get(operation) ?? 0) + milliseconds);
    }
    const operations = [...sums].map(([operation, milliseconds]) => ({
      operation,
      milliseconds,
      operations: this.#operations.get(operation) ?? 0,
    }));
    return { rows, operations: operations.sort((a, b) => b.milliseconds - a.milliseconds) };
  }
}

/** Multiplications and additions of a launch, as a direct product would need them. */
export function operationsOf({ kernel, inputs, outputs }: Launch): number {
  const size = (shape: readonly number[]): number => shape.reduce((n, s) => n * s, 1);
  switch (kernel) {
    case 'matMul':
      return 2 * size(outputs[0].shape) * (inputs[0].shape.at(-1) as number);
    case 'conv2d':
      return 2 * size(outputs[0].shape) * size(inputs[1].shape.slice(0, 3));
    case 'conv2dInputGrad':
      return 2 * size(inputs[0].shape) * size(inputs[1].shape.slice(0, 3));
    case 'conv2dFilterGrad':
      return 2 * size(inputs[1].shape) * size(outputs[0].shape.slice(0, 3));
    default:
      return 0;
  }
}
