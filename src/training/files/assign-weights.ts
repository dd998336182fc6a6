import { getBackend } from '../../backends/registry.ts';
import { type FileArray, toHostArray } from '../../formats/file-array.ts';
import type { hdf5 } from '../../formats/index.ts';
import { cast, fromData, type Parameter } from '../../ops/index.ts';
import { FormatError, formatShape, sameShape } from '../../tensor/index.ts';

/** A weight that is to become what a file holds. */
export interface Assignment {
  readonly weight: Parameter;
  readonly dataset: hdf5.Hdf5Dataset;
  /** Makes Keras' present form of an older one. */
  readonly convert?: (array: FileArray) => FileArray;
}

/** Refuses values of another shape or kind, before anything is changed. */
export function checkAssignment({ weight, dataset }: Assignment, file: string): void {
  const place = { file, member: dataset.path };
  if (dataset.dtype === null) {
    const received = dataset.typeName;
    throw new FormatError('a weight holds no numbers', { ...place, expected: 'numbers', received });
  }
  if (sameShape(dataset.shape, weight.shape)) return;
  throw new FormatError(`the weight '${weight.path}' has another shape in the file`, {
    ...place,
    expected: formatShape(weight.shape),
    received: formatShape(dataset.shape),
  });
}

/** Reads the values into the weights, piece by piece: the file's are never in memory twice. */
export async function assignAll(assignments: readonly Assignment[]): Promise<void> {
  for (const { weight, dataset, convert } of assignments) {
    if (convert) assignArray(weight, convert(await dataset.read()));
    else await assignPieces(weight, dataset);
  }
}

async function assignPieces(weight: Parameter, dataset: hdf5.Hdf5Dataset): Promise<void> {
  for await (const { start, array } of dataset.pieces()) {
    // A weight that comes in one piece is set as every program does: some have values on the host.
    if (array.data.length === weight.size) assignArray(weight, { ...array, shape: weight.shape });
    else writePiece(weight, start, array);
  }
}

function writePiece(weight: Parameter, start: number, array: FileArray): void {
  const backend = getBackend();
  const { dtype, data, shape } = toHostArray(array);
  if (dtype === weight.dtype) {
    backend.write(weight.storage, data, start);
    return;
  }
  const converted = cast(fromData(data, shape, dtype), weight.dtype);
  backend.write(weight.storage, converted.storage.array, start);
  converted.storage.release();
}

/** Sets a weight from an array of its shape; the type may differ. */
export function assignArray(weight: Parameter, array: FileArray): void {
  const { dtype, data, shape } = toHostArray(array);
  const value = fromData(data, shape, dtype);
  weight.assign(value);
  value.storage.release();
}
