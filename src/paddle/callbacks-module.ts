export {
  Callback,
  type CallbackParams,
  EarlyStopping,
  type Logs,
  LRScheduler,
  ModelCheckpoint,
  ProgBarLogger,
  ReduceLROnPlateau,
} from './model/callbacks.ts';
