import * as ops from '../ops/index.ts';
import { Tensor as CoreTensor, type DType, DTypeError, dtypes, isFloat } from '../tensor/index.ts';
import { getDefaultDtype } from './dtype.ts';
import { define, type Keyworded } from './signature.ts';
import { Tensor, type TensorLike, unwrap, wrap } from './tensor.ts';

/** A tensor of Gradus, or a number that takes its type from the tensor beside it. */
export type Operand = CoreTensor | number;

const isNumber = (x: TensorLike): x is number | boolean =>
  typeof x === 'number' || typeof x === 'boolean';

/** Whether two types may meet: equal ones, two floats, a complex number and a float. */
function mayMeet(a: DType, b: DType): boolean {
  if (a === b) return true;
  const real = (dtype: DType) => isFloat(dtype) || dtypes[dtype].kind === 'complex';
  return real(a) && real(b);
}

/** Paddle's promotion: only floats (and complex numbers) of different types may meet. */
export function checkTypes(op: string, ...tensors: readonly CoreTensor[]): void {
  const other = tensors.find((x) => !mayMeet(x.dtype, tensors[0].dtype));
  if (!other) return;
  throw new DTypeError(
    `${op}: ${tensors[0].dtype} and ${other.dtype} do not meet, only floats of different types do; ` +
      `call astype('${isFloat(other.dtype) ? other.dtype : tensors[0].dtype}') on the other`,
  );
}

/**
 * Operands of one elementwise operation. Numbers stay numbers, which take the tensors' type;
 * beside a bool a whole number makes int64, as in Paddle.
 */
export function operands(op: string, values: readonly TensorLike[]): Operand[] {
  const tensors = values.flatMap((x) => (isNumber(x) ? [] : [unwrap(op, x)]));
  if (tensors.length === 0) {
    return values.map((x) => unwrap(op, x, typeof x === 'boolean' ? 'bool' : getDefaultDtype()));
  }
  checkTypes(op, ...tensors);
  const grows =
    tensors[0].dtype === 'bool' &&
    values.some((x) => typeof x === 'number') &&
    values.every((x) => !isNumber(x) || Number.isInteger(Number(x)));
  return values.map((x) => {
    if (isNumber(x)) return Number(x);
    const tensor = unwrap(op, x);
    return grows ? ops.cast(tensor, 'int64') : tensor;
  });
}

/** The operands as tensors, all of one type. */
export function tensorsOf(op: string, values: readonly TensorLike[]): CoreTensor[] {
  const given = operands(op, values);
  const beside = given.find((x) => x instanceof CoreTensor) as CoreTensor;
  return given.map((x) =>
    x instanceof CoreTensor
      ? x
      : unwrap(op, x, Number.isInteger(x) || isFloat(beside.dtype) ? beside.dtype : 'float32'),
  );
}

/** A function of one tensor. */
export const unaryFunction = (
  name: string,
  operation: (x: CoreTensor) => CoreTensor,
): Keyworded<readonly ['x'], [x: TensorLike], Tensor> =>
  define(name, ['x'], [], (x: TensorLike) => wrap(operation(unwrap(name, x))));

/** A function of two tensors, broadcast together; one may be a number. */
export const binaryFunction = (
  name: string,
  operation: (x: Operand, y: Operand) => CoreTensor,
): Keyworded<readonly ['x', 'y'], [x: TensorLike, y: TensorLike], Tensor> =>
  define(name, ['x', 'y'], [], (x: TensorLike, y: TensorLike) => {
    const [a, b] = operands(name, [x, y]);
    return wrap(operation(a, b));
  });

/** The function whose name ends in `_`: the first tensor takes over the result. */
export function inPlace<Names extends readonly string[], P extends readonly unknown[]>(
  f: Keyworded<Names, P, Tensor>,
): Keyworded<Names, P, Tensor> {
  const name = `${(f as unknown as { name: string }).name}_`;
  const { parameters, required } = f;
  const call = (...args: P): Tensor => {
    const x = args[0];
    if (!(x instanceof Tensor)) {
      throw new DTypeError(`${name}: only a tensor of this door can be changed in place`);
    }
    x.checkWritable(name);
    return x.become(name, (f as unknown as (...all: P) => Tensor)(...args).tensor);
  };
  const defined = define(name, parameters.slice(0, required), parameters.slice(required), call);
  return defined as unknown as Keyworded<Names, P, Tensor>;
}
