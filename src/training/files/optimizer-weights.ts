import type { hdf5 } from '../../formats/index.ts';
import type { Parameter } from '../../ops/index.ts';
import type { Optimizer } from '../../optimizers/optimizer.ts';
import { FormatError, sameShape } from '../../tensor/index.ts';
import type { Model } from '../model.ts';
import { type Assignment, assignAll, checkAssignment } from './assign-weights.ts';
import { textsOf } from './texts-of.ts';

/** Names in Keras 2 of what it kept for each weight, and ours; all of one kind stood before all of the next. */
const oldSlots: Readonly<Record<string, string>> = {
  m: 'momentum',
  v: 'velocity',
  vhat: 'velocity_hat',
  momentum: 'momentum',
  rms: 'velocity',
  mg: 'average_gradient',
  accumulator: 'accumulator',
  linear: 'linear',
  accum_grad: 'accumulated_grad',
  accum_var: 'accumulated_delta_var',
};

/**
 * Sets the state of a model's optimizer from the group `optimizer_weights` of an .h5 file, as any version of Keras wrote it.
 * `savedNames` are the file's names of the model's weights.
 */
export async function readOptimizerWeights(
  { optimizer, trainableWeights: weights }: Model,
  group: hdf5.Hdf5Group,
  {
    file,
    names: savedNames,
  }: { readonly file: string; readonly names: ReadonlyMap<Parameter, string> },
): Promise<void> {
  const names = textsOf(group, 'weight_names');
  if (names.length === 0) return;
  optimizer.build(weights);
  const datasets = new Map<string, hdf5.Hdf5Dataset>();
  for (const name of names) datasets.set(name, await group.dataset(name));
  // The first versions of Keras sorted weights by their names.
  const nameOf = (weight: Parameter): string => savedNames.get(weight) ?? weight.path;
  const sorted = [...weights].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const values = [...datasets.values()];
  const order =
    orderOf(optimizer, weights, names, values) ?? orderOf(optimizer, sorted, names, values);
  if (!order) {
    throw new FormatError(`the state of the optimizer '${optimizer.name}' does not fit the model`, {
      file,
      member: group.path,
      expected: `${optimizer.variables.length} values, or { compile: false }`,
      received: `${names.length}: ${names.slice(0, 4).join(', ')}, …`,
    });
  }
  const assignments = order.map(([weight, dataset]): Assignment => ({ weight, dataset }));
  for (const assignment of assignments) checkAssignment(assignment, file);
  await assignAll(assignments);
}

/** Which value belongs to which variable; null where nobody can tell. */
function orderOf(
  optimizer: Optimizer,
  weights: readonly Parameter[],
  names: readonly string[],
  datasets: readonly hdf5.Hdf5Dataset[],
): readonly (readonly [Parameter, hdf5.Hdf5Dataset])[] | null {
  const { variables } = optimizer;
  const isNew = !names.some((name) => name.endsWith(':0'));
  if (isNew) {
    return variables.length === names.length
      ? variables.map((variable, i) => [variable, datasets[i]] as const)
      : null;
  }
  const [iteration, ...slots] = datasets;
  // Some optimizers kept a number for their schedule behind the count of updates.
  const own = slots.filter(({ shape }) => shape.length > 0 || weights.some((w) => w.rank === 0));
  const ours = variables.filter(({ path }) => !/\/(iteration|learning_rate)$/.test(path));
  const kinds = weights.length ? own.length / weights.length : 0;
  if (!Number.isInteger(kinds)) return null;
  const pairs: [Parameter, hdf5.Hdf5Dataset][] = [[variables[0], iteration]];
  for (let kind = 0; kind < kinds; kind++) {
    const suffix = kindOf(names[names.length - own.length + kind * weights.length]);
    for (const [i, weight] of weights.entries()) {
      const dataset = own[kind * weights.length + i];
      const flat = weight.path.replaceAll('/', '_');
      const found = ours.filter(({ path }) => path.includes(`/${flat}_`));
      const slot = suffix
        ? found.find(({ path }) => path.endsWith(`/${flat}_${suffix}`))
        : found[kind];
      // Adam kept a third value of one element where it was not needed.
      if (!slot && dataset.shape.join() === '1') continue;
      if (!slot || !sameShape(slot.shape, dataset.shape)) return null;
      pairs.push([slot, dataset]);
    }
  }
  return pairs;
}

/** `Adam/dense/kernel/m:0` is of the kind momentum; the oldest files do not tell. */
function kindOf(name: string): string | null {
  const last = name.replace(/:0$/, '').split('/').at(-1) as string;
  return Object.hasOwn(oldSlots, last) ? oldSlots[last] : null;
}
