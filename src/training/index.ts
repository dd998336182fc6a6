export * as callbacks from './callbacks/index.ts';
export {
  BackupAndRestore,
  Callback,
  type CallbackParams,
  CSVLogger,
  EarlyStopping,
  findLearningRate,
  History,
  LambdaCallback,
  LearningRateScheduler,
  type Logs,
  ModelCheckpoint,
  ProgbarLogger,
  ReduceLROnPlateau,
  SwapEMAWeights,
  TensorBoard,
  TerminateOnNaN,
} from './callbacks/index.ts';
export type { ClassWeight } from './class-weights.ts';
export { compileConfig, compileFromConfig } from './compile-config.ts';
export type { CompileOptions } from './compiled.ts';
export type { ArrayData, BatchItem, BatchIterable, Samples } from './data.ts';
export type { EvaluateOptions, Evaluation } from './evaluate.ts';
export { type Converted, type ConvertOptions, convertFile } from './files/convert.ts';
export type { LayerDescription, TrainingDescription } from './files/describe-model.ts';
export { modelToFile } from './files/encode-model.ts';
export { type FileKind, fileKinds } from './files/identify.ts';
export { type FileDescription, inspectFile, type PartDescription } from './files/inspect.ts';
export { loadTensors } from './files/load-tensors.ts';
export { modelExtensions } from './files/model-formats.ts';
export type { BudgetOptions, FileData, FileSet, ModelSource } from './files/open-source.ts';
export {
  type NamedTensors,
  type SaveTensorsOptions,
  saveTensors,
  tensorsToBytes,
} from './files/save-tensors.ts';
export { type TensorEntry, TensorFile } from './files/tensor-file.ts';
export { tfjsFiles } from './files/tfjs.ts';
export type { FitOptions, ValidationData } from './fit.ts';
export { Model, type ModelOptions } from './model.ts';
export type { BatchOptions } from './on-batch.ts';
export { getOutput, type Output, setOutput } from './output.ts';
export type { PredictOptions } from './predict.ts';
export { ProgressBar, type ProgressBarOptions, type Verbose } from './progress-bar.ts';
export { layerFromFile } from './read-architecture.ts';
export {
  type LoadOptions,
  loadModel,
  modelFromBytes,
  modelFromJson,
  modelToBytes,
} from './save.ts';
export { Sequential, type SequentialPart } from './sequential.ts';
export type { SummaryOptions } from './summary.ts';
export type { TrainingState } from './training-state.ts';
export { layerToFile } from './write-architecture.ts';
