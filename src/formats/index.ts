export * from './byte-source.ts';
export * as cifar from './cifar.ts';
export * as csv from './csv.ts';
export * from './file-array.ts';
export * as gzip from './gzip.ts';
export * as hdf5 from './hdf5/index.ts';
export * as idx from './idx.ts';
export * from './json.ts';
export type * from './log-value.ts';
export * as mnistJson from './mnist-json.ts';
export * as npy from './npy.ts';
export type { NpzFile } from './npz.ts';
export * as npz from './npz.ts';
export type {
  PaddleProgram,
  ProgramAttribute,
  ProgramInput,
  ProgramOperation,
  ProgramParameter,
  ProgramPort,
} from './paddle-program.ts';
export * as paddleTensors from './paddle-tensors.ts';
export * as pdmodel from './pdmodel.ts';
export * as pickle from './pickle.ts';
export * as pir from './pir.ts';
export * as safetensors from './safetensors.ts';
export * as tar from './tar.ts';
export * as tfevents from './tfevents.ts';
export * as tfjs from './tfjs.ts';
export * as torch from './torch.ts';
export * as vdlrecords from './vdlrecords.ts';
export * as zip from './zip.ts';
