import { unaryResult } from '../../autograd/index.ts';
import { run } from '../../backends/registry.ts';
import { constant, type Expr, input } from '../../expr/index.ts';
import {
  broadcastShapes,
  type DType,
  isDifferentiable,
  promoteTypes,
  type Shape,
  sameShape,
  Tensor,
} from '../../tensor/index.ts';
import { contract } from '../reduce/contract.ts';
import { broadcastView, emptyTensor } from '../result.ts';
import { asTensorBeside, type TensorLike } from '../tensor-like.ts';
import {
  type BoundSlopes,
  bind,
  type Formula,
  gradientProduct,
  type Slopes,
  simplified,
} from './formulas.ts';

/** Options of `elementwise`. */
export interface ElementwiseOptions {
  /**
   * Type of the result. By default the operands' common type; 'float' makes float32 of integers. A
   * number among the operands takes the tensors' type, unless it has a fraction and they are
   * integers: then float32.
   */
  readonly dtype?: DType | 'float';
  /**
   * Derivatives with respect to the operands, for formulas whose derivative as computed from the
   * formula would not be finite or exact. Null stands for the one computed.
   */
  readonly slopes?: Slopes;
  /** What the graph shows of the operation. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/**
 * Applies a scalar formula to all elements of the operands, which are broadcast together, in one
 * fused kernel. The gradient follows from the formula. The result lies in memory as the first dense
 * operand of its shape.
 * @example const swish = (x: Tensor) => elementwise('swish', (v) => v.div(v.neg().exp().add(1)), [x]);
 */
export function elementwise(
  name: string,
  formula: Formula,
  operands: readonly TensorLike[],
  { dtype, slopes, attributes }: ElementwiseOptions = {},
): Tensor {
  const tensors: Tensor[] = [];
  const given = operands.filter((operand) => operand instanceof Tensor);
  const numbers: number[] = [];
  const noTensor = operands.every(isNumber);
  const expressions = operands.map((operand) => {
    if (isNumber(operand) && !noTensor) {
      numbers.push(Number(operand));
      return constant(Number(operand));
    }
    tensors.push(asTensorBeside(name, operand, given));
    return input(tensors.length - 1);
  });
  return applyFormula(
    name,
    bind(formula, expressions),
    tensors,
    resultType(tensors, numbers, dtype),
    { slopes: slopes && boundSlopes(slopes, expressions), attributes },
  );
}

/** Whether an operand is a number, which takes the type of the tensors beside it. */
export const isNumber = (x: unknown): x is number | boolean =>
  typeof x === 'number' || typeof x === 'boolean';

function resultType(
  tensors: readonly Tensor[],
  numbers: readonly number[],
  wanted: DType | 'float' | undefined,
): DType {
  if (wanted && wanted !== 'float') return wanted;
  const common = commonType(tensors, numbers);
  return wanted === 'float' && !isDifferentiable(common) ? 'float32' : common;
}

/** The type that holds all operands; numbers are weak. */
export function commonType(tensors: readonly Tensor[], numbers: readonly number[] = []): DType {
  const common = tensors.map((x) => x.dtype).reduce(promoteTypes);
  if (isDifferentiable(common) || numbers.length === 0) return common;
  if (!numbers.every(Number.isInteger)) return 'float32';
  return common === 'bool' ? 'int32' : common;
}

function boundSlopes(slopes: Slopes, operands: readonly Expr[]): BoundSlopes {
  const place = (index: number) =>
    operands.findIndex((operand) => operand.op === 'input' && operand.value === index);
  return { source: slopes, of: (index) => slopes(...operands)[place(index)] };
}

interface FormulaOptions extends Pick<ElementwiseOptions, 'attributes'> {
  readonly slopes?: BoundSlopes;
}

/** `elementwise` on tensors, with a formula that is ready. */
export function applyFormula(
  name: string,
  formula: Expr,
  tensors: readonly Tensor[],
  dtype: DType,
  { slopes, attributes }: FormulaOptions = {},
): Tensor {
  const shape = broadcastShapes(name, ...tensors.map((x) => x.shape));
  return unaryResult(name, tensors, () => formulaKernel(formula, tensors, shape, dtype), {
    attributes,
    backward: isDifferentiable(dtype)
      ? (gradient, needed) =>
          tensors.map((x, i) => {
            if (!needed[i]) return null;
            const product = gradientProduct(formula, i, tensors.length, slopes);
            return contract(`${name}Gradient`, product, [...tensors, gradient], x);
          })
      : undefined,
  });
}

/** One launch of the elementwise kernel, unrecorded. */
export function formulaKernel(
  formula: Expr,
  tensors: readonly Tensor[],
  shape: Shape,
  dtype: DType,
): Tensor {
  const views = tensors.map((x) => broadcastView(x, shape));
  const sources = views.filter((view, i) => sameShape(tensors[i].shape, view.shape));
  const result = emptyTensor(shape, dtype, sources);
  run('elementwise', views, [result], { formulas: [simplified(formula)] });
  return result;
}
