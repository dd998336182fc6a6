import type { LogGraph } from './tfevents-graph.ts';
import type { LogHparams } from './tfevents-hparams.ts';

export type { LogGraph, LogGraphNode } from './tfevents-graph.ts';

/** What a log can hold, whoever wrote it. */
export type LogValue =
  | { readonly kind: 'scalar'; readonly value: number }
  | LogImages
  | LogHistogram
  | LogText
  | LogCurve
  | LogEmbedding
  | LogSamples
  | LogAudio
  | { readonly kind: 'graph'; readonly graph: LogGraph }
  | { readonly kind: 'hparams'; readonly hparams: LogHparams }
  | { readonly kind: 'unknown'; readonly what: string };

export type LogKind = LogValue['kind'];

/** Pictures, compressed as PNG, JPEG or the like; sizes are 0 where the log does not say. */
export interface LogImages {
  readonly kind: 'image';
  readonly width: number;
  readonly height: number;
  readonly images: readonly Uint8Array[];
}

/** Buckets from `lefts` to `rights`, with so many values in each. */
export interface LogHistogram {
  readonly kind: 'histogram';
  readonly lefts: readonly number[];
  readonly rights: readonly number[];
  readonly counts: readonly number[];
}

/** One text, or a table of them. */
export interface LogText {
  readonly kind: 'text';
  readonly shape: readonly number[];
  readonly texts: readonly string[];
}

/** Counts of true and false positives and negatives at growing thresholds. */
export interface LogCurve {
  readonly kind: 'curve';
  readonly truePositives: readonly number[];
  readonly falsePositives: readonly number[];
  readonly trueNegatives: readonly number[];
  readonly falseNegatives: readonly number[];
}

/** Points in a space of many dimensions. */
export interface LogEmbedding {
  readonly kind: 'embedding';
  readonly vectors: readonly (readonly number[])[];
  readonly labels: readonly string[];
}

/** Samples of a data set, with what a network made of them. */
export interface LogSamples {
  readonly kind: 'samples';
  readonly images: readonly Uint8Array[];
  readonly classNames: readonly string[];
  /** Numbers of the classes. */
  readonly labels: readonly number[];
  /** Probabilities of the classes, one list a sample; empty where nothing was predicted. */
  readonly predictions: readonly (readonly number[])[];
}

/** A sound, compressed as its content type says. */
export interface LogAudio {
  readonly kind: 'audio';
  readonly sampleRate: number;
  readonly contentType: string;
  readonly sound: Uint8Array;
}

/** A moment of a training and what was noted then. */
export interface LogEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  /** `brain.Event:2` in the first event of a file. */
  readonly fileVersion?: string;
  readonly values: readonly { readonly tag: string; readonly value: LogValue }[];
}
