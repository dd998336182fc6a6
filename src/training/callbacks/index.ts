export { BackupAndRestore, type BackupAndRestoreOptions } from './backup-and-restore.ts';
export { Callback, type CallbackParams, type Logs } from './callback.ts';
export { CallbackList } from './callback-list.ts';
export { CSVLogger, type CSVLoggerOptions } from './csv-logger.ts';
export { EarlyStopping, type EarlyStoppingOptions } from './early-stopping.ts';
export { History } from './history.ts';
export { LambdaCallback, type LambdaHooks } from './lambda-callback.ts';
export {
  findLearningRate,
  type LearningRateFinderOptions,
  type LearningRateTrial,
} from './learning-rate-finder.ts';
export { LearningRateScheduler } from './learning-rate-scheduler.ts';
export { ModelCheckpoint, type ModelCheckpointOptions } from './model-checkpoint.ts';
export { MonitorCallback, type MonitorMode, type MonitorOptions } from './monitor-callback.ts';
export { ProgbarLogger } from './progbar-logger.ts';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './reduce-lr-on-plateau.ts';
export { SwapEMAWeights } from './swap-ema-weights.ts';
export { TensorBoard, type TensorBoardOptions, type WatchedSamples } from './tensor-board.ts';
export { TerminateOnNaN } from './terminate-on-nan.ts';
