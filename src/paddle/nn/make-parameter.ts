import { type DType, isFloat, type Shape, ValueError } from '../../tensor/index.ts';
import { toDType } from '../dtype.ts';
import { Parameter } from '../parameter.ts';
import { generate, takeParameterName } from '../unique-name.ts';
import { Constant } from './initializer/constants.ts';
import { globalInitializer, type Initializer } from './initializer/initializer.ts';
import { XavierUniform } from './initializer/random.ts';
import { type ParamAttrLike, toParamAttr } from './param-attr.ts';

/** What a parameter is to be like. */
export interface ParameterRequest {
  /** Attributes that the user asks for; false for no parameter. */
  readonly attr?: ParamAttrLike;
  readonly dtype?: string | null;
  /** Biases are called `b_0`, and start from 0. */
  readonly isBias?: boolean;
  /** The layer's own initializer, where `attr` names none. */
  readonly defaultInitializer?: Initializer | null;
}

/** A parameter called `owner.w_0` or `owner.b_0` unless its attributes name it; null for `attr: false`. */
export function makeParameter(
  owner: string,
  shape: Shape,
  { attr, dtype, isBias = false, defaultInitializer }: ParameterRequest,
): Parameter | null {
  const wanted = toParamAttr(attr);
  if (!wanted) return null;
  const kind: DType = toDType(dtype ?? 'float32');
  const own = globalInitializer(isBias) ?? defaultInitializer;
  const initializer = wanted.initializer ?? own ?? (isBias ? new Constant(0) : new XavierUniform());
  if (!wanted.initializer && !own && !isFloat(kind)) {
    throw new ValueError(`createParameter: a parameter of ${kind} needs an initializer`);
  }
  const name = wanted.name ?? generate(`${owner}.${isBias ? 'b' : 'w'}`);
  if (!takeParameterName(name)) {
    throw new ValueError(
      `createParameter: there is a parameter called '${name}' already; names must differ`,
    );
  }
  const { trainable, learningRate, regularizer, needClip } = wanted;
  const value = initializer.make(shape, kind);
  return new Parameter(value, { name, trainable, learningRate, regularizer, needClip });
}
