import { hdf5 } from '../../formats/index.ts';
import type { Parameter } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/index.ts';
import type { Model } from '../model.ts';
import { toTensor } from '../save.ts';

/** A group of our own in Keras' files, which Keras passes over. */
const groupName = 'gradus_metrics';

/** What the metrics of an epoch have counted so far, by paths in a file; nothing between epochs. */
export function runningMetrics(model: Model): Map<string, Parameter> {
  if (!model.compiled || model.trainingState.step === 0) return new Map();
  const { variables } = model.training;
  return new Map([...variables].map(([name, variable]) => [`${groupName}/${name}`, variable]));
}

/** Lets a model's metrics go on counting from a file. */
export async function readRunningMetrics(model: Model, root: hdf5.Hdf5Group): Promise<void> {
  const group = await root.find(groupName);
  if (!model.compiled || !(group instanceof hdf5.Hdf5Group)) return;
  const values = new Map<string, Tensor>();
  for await (const object of group.walk()) {
    if (!(object instanceof hdf5.Hdf5Dataset)) continue;
    values.set(object.path.slice(groupName.length + 1), toTensor(await object.read()));
  }
  model.training.setVariables(values);
}
