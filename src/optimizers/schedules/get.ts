import { Registry } from '../../config/index.ts';
import * as schedules from './index.ts';
import { LearningRateSchedule } from './learning-rate-schedule.ts';

const registry = new Registry<LearningRateSchedule>('learning rate schedule', () => schedules);

/** A schedule from its form in a file, or itself. */
export const getSchedule = (identifier: unknown, where = 'learningRate'): LearningRateSchedule =>
  registry.resolve(identifier, where, (value) => value instanceof LearningRateSchedule);
