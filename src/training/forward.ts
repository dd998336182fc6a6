import { noGrad } from '../autograd/index.ts';
import type { KerasTensor, SymbolicShape, TensorSpec } from '../layers/keras-tensor.ts';
import { SparseMatrix, zeros } from '../ops/index.ts';
import { runInScope, Scope, type Shape, type Tensor } from '../tensor/index.ts';
import type { Batch, BatchArray, BatchRows } from './batches.ts';
import type { Model } from './model.ts';
import { isNamed, type OneOrMany } from './named.ts';
import type { StepInput } from './step-set.ts';

/** The model's outputs, as a list. */
export function forward(
  model: Model,
  x: readonly StepInput[],
  training: boolean,
): readonly Tensor[] {
  return listOutputs(
    model.apply((x.length === 1 ? x[0] : x) as Tensor, { training }) as OneOrMany<Tensor>,
  );
}

function listOutputs<T>(outputs: OneOrMany<T>): readonly T[] {
  if (Array.isArray(outputs)) return outputs;
  return isNamed(outputs) ? Object.values(outputs) : [outputs as T];
}

/** An input of zeros. */
function emptyInput(array: BatchArray | BatchRows): StepInput {
  const { shape, dtype } = array;
  if (!('sparse' in array)) return zeros(shape, { dtype });
  const rowStarts = new Int32Array(shape[0] + 1);
  return new SparseMatrix(shape as [number, number], { columns: new Int32Array(0), rowStarts });
}

/** Shapes of the outputs for a batch; the weights are made if they do not exist. */
export function outputShapes(model: Model, { x }: Pick<Batch, 'x'>): readonly Shape[] {
  const shapes = x.map(({ shape }) => shape as SymbolicShape);
  if (!model.built && model.isSequential) model.build([null, ...shapes[0].slice(1)]);
  if (model.graph) {
    const specs = model.computeOutputSpec(x as readonly TensorSpec[]);
    return (Array.isArray(specs) ? specs : [specs]).map(({ shape }: KerasTensor) => shape as Shape);
  }
  const scope = new Scope();
  try {
    return runInScope(scope, () =>
      noGrad(() => forward(model, x.map(emptyInput), false).map(({ shape }) => shape)),
    );
  } finally {
    scope.end();
  }
}
