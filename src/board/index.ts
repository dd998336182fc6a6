export type { ArrayInput } from './array-input.ts';
export { LogWriter, type LogWriterOptions } from './log-writer.ts';
export type { DataFormats } from './pictures.ts';
export {
  type ImageOptions,
  RunWriter,
  type SampleOptions,
  type ScalarArguments,
  type WhenOptions,
} from './run-writer.ts';
export { SummaryWriter, type SummaryWriterOptions } from './summary-writer.ts';
export { fromDataFlow, type Traceable, type TraceInput, traceModel } from './trace-model.ts';
