import type { LogValue } from '../../formats/log-value.ts';
import type { HparamValue } from '../../formats/tfevents-hparams.ts';

// What the board's server answers as JSON, and the page reads.

/** A run of a log. */
export interface RunSummary {
  readonly name: string;
  readonly firstWallTime: number | null;
  /** Tags by kind of value. */
  readonly tags: Readonly<Record<string, readonly string[]>>;
  readonly damage: readonly {
    readonly file: string;
    readonly count: number;
    readonly first: string;
  }[];
  /** Kinds of values that the board does not know. */
  readonly unknown: readonly string[];
}

/** The runs of a folder. */
export interface RunList {
  readonly folder: string;
  /** The language that was chosen when the server was started. */
  readonly lang: string | null;
  /** Whether logs are still being read for the first time. */
  readonly loading: boolean;
  /** Memory that the logs take. */
  readonly indexBytes: number;
  readonly runs: readonly RunSummary[];
}

/** A run with hyperparameters, and the last values of its metrics. */
export interface HparamRun {
  readonly run: string;
  readonly hparams: Readonly<Record<string, HparamValue>>;
  readonly metrics: Readonly<Record<string, number>>;
}

/** A value of a log, with the number of its pictures instead of the pictures. */
export type Shown<T extends LogValue> = T extends { readonly images: unknown }
  ? Omit<T, 'images'> & { readonly images: number }
  : T;
