import { show } from '../config/index.ts';
import { ArraySource } from '../data/array-source.ts';
import { sizeOf, ValueError } from '../tensor/index.ts';

/** Weights of samples by the number of their class. */
export type ClassWeight = Readonly<Record<number, number>>;

/** Weights of samples: those given times those of the classes. */
export function combineWeights(
  where: string,
  labels: readonly ArraySource[],
  given: readonly ArraySource[],
  classWeight: ClassWeight | null,
): readonly ArraySource[] {
  if (!classWeight) return given;
  if (labels.length !== 1 || given.length > 1) {
    throw new ValueError(
      `${where}: classWeight needs a model with one output; pass sampleWeight instead`,
    );
  }
  for (const [label, weight] of Object.entries(classWeight)) {
    if (typeof weight === 'number' && Number.isFinite(weight)) continue;
    throw new ValueError(
      `${where}: classWeight of class ${label} must be a finite number, received ${show(weight)}`,
    );
  }
  const weights = classWeights(where, labels[0], classWeight);
  if (given.length) {
    const others = given[0].toArray('float32').data;
    for (let i = 0; i < weights.length; i++) weights[i] *= others[i];
  }
  return [
    ArraySource.fromArray(`${where}: classWeight`, {
      dtype: 'float32',
      shape: [weights.length],
      data: weights,
    }),
  ];
}

function classWeights(where: string, labels: ArraySource, classWeight: ClassWeight): Float32Array {
  const classes = sizeOf(labels.rowShape);
  const values = labels.toArray('float64').data;
  return Float32Array.from({ length: labels.rows }, (_, row) => {
    const own = values.subarray(row * classes, (row + 1) * classes);
    // A single number is the class; of several, the largest marks it.
    const label = classes === 1 ? own[0] : own.indexOf(Math.max(...own));
    const weight = classWeight[label];
    if (weight === undefined && classes === 1 && !Number.isInteger(label)) {
      throw new ValueError(
        `${where}: classWeight needs labels that are classes, received ${label} in row ${row}`,
      );
    }
    return weight ?? 1;
  });
}
