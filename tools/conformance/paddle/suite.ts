import type { Case, CaseFile } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { fileCase, hostileCase, jitCase } from './files.ts';
import { functionCase } from './functions.ts';
import {
  exactInitializerCase,
  gainCase,
  layerDefaultCase,
  orthogonalCase,
  randomInitializerCase,
  seedCase,
} from './initializers.ts';
import { layerCase } from './layers.ts';
import { metricCase } from './metrics.ts';
import {
  batchCase,
  batchErrorCase,
  batchSamplerCase,
  dataLoaderCase,
  readerCase,
  readerErrorCase,
} from './mnist-json.ts';
import { modelApiCase } from './model-api.ts';
import { lbfgsCase, optimizerCase } from './optimizers.ts';
import { programCase } from './programs.ts';
import { schedulerCase } from './schedulers.ts';
import { namingCase, trainingCase } from './training.ts';

export type CaseRunner = (c: Case, file: CaseFile, checks: Checks) => void | Promise<void>;

/** How to run a case of each kind. */
const kinds: Readonly<Record<string, CaseRunner>> = {
  layer: layerCase,
  function: functionCase,
  program: programCase,
  optimizer: optimizerCase,
  lbfgs: lbfgsCase,
  scheduler: schedulerCase,
  init_exact: exactInitializerCase,
  init_gain: gainCase,
  init_random: randomInitializerCase,
  layer_default: layerDefaultCase,
  init_orthogonal: orthogonalCase,
  seed: seedCase,
  metric: metricCase,
  metric_function: functionCase,
  training: trainingCase,
  model_api: modelApiCase,
  naming: namingCase,
  file: fileCase,
  jit: jitCase,
  hostile: hostileCase,
  reader: readerCase,
  reader_error: readerErrorCase,
  batch: batchCase,
  batch_error: batchErrorCase,
  dataloader: dataLoaderCase,
  batchsampler: batchSamplerCase,
};

/** Runs one case of Paddle's suite; a kind that is not known fails. */
export function paddleCase(c: Case, file: CaseFile, checks: Checks): void | Promise<void> {
  if (!Object.hasOwn(kinds, c.kind)) throw new Error(`cases of kind '${c.kind}' are not known`);
  return kinds[c.kind](c, file, checks);
}
