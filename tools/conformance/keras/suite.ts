import type { Case, CaseFile } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { fileCase } from './files.ts';
import { hostileCase } from './hostile.ts';
import { layerCase, randomLayerCase } from './layers.ts';
import {
  activationCase,
  constraintCase,
  initializerCase,
  lossCase,
  metricCase,
  optimizerCase,
  regularizerCase,
  scheduleCase,
} from './objects.ts';
import { trainingCase } from './training.ts';

export type CaseRunner = (c: Case, file: CaseFile, checks: Checks) => void | Promise<void>;

/** How to run a category's cases; layers come in several files. */
export const kerasSuite: Readonly<Record<string, CaseRunner>> = {
  layers_random: randomLayerCase,
  activations: activationCase,
  losses: lossCase,
  metrics: metricCase,
  regularizers: regularizerCase,
  constraints: constraintCase,
  initializers: initializerCase,
  schedules: scheduleCase,
  optimizers: optimizerCase,
  training: trainingCase,
  files: fileCase,
  hostile: hostileCase,
};

export const kerasRunner = (category: string): CaseRunner | undefined =>
  Object.hasOwn(kerasSuite, category)
    ? kerasSuite[category]
    : category.startsWith('layers')
      ? layerCase
      : undefined;
