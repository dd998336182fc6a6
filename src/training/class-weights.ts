import { sizeOf, ValueError } from '../tensor/index.ts';
import { Column } from './column.ts';

/** Weights of samples by the number of their class. */
export type ClassWeight = Readonly<Record<number, number>>;

/** Weights of samples: those given times those of the classes. */
export function combineWeights(
  where: string,
  labels: readonly Column[],
  given: readonly Column[],
  classWeight: ClassWeight | null,
): readonly Column[] {
  if (!classWeight) return given;
  if (labels.length !== 1 || given.length > 1) {
    throw new ValueError(`${where}: classWeight needs a model with one output; pass sampleWeight instead`);
  }
  const weights = classWeights(where, labels[0], classWeight);
  if (given.length) {
    const others = given[0].toArray('float32');
    for (let i = 0; i < weights.length; i++) weights[i] *= others[i];
  }
  return [new Column(`${where}: classWeight`, [weights.length], 'float32', () => weights)];
}

function classWeights(where: string, labels: Column, classWeight: ClassWeight): Float32Array {
  const classes = sizeOf(labels.rowShape);
  const values = labels.toArray('float64');
  return Float32Array.from({ length: labels.rows }, (_, row) => {
    const own = values.subarray(row * classes, (row + 1) * classes);
    // A single number is the class; of several, the largest marks it.
    const label = classes === 1 ? own[0] : own.indexOf(Math.max(...own));
    const weight = classWeight[label];
    if (weight === undefined && classes === 1 && !Number.isInteger(label)) {
      throw new ValueError(`${where}: classWeight needs labels that are classes, received ${label} in row ${row}`);
    }
    return weight ?? 1;
  });
}
