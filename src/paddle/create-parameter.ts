import type { Shape } from '../tensor/index.ts';
import type { Initializer } from './nn/initializer/initializer.ts';
import { makeParameter } from './nn/make-parameter.ts';

import { ParamAttr, type ParamAttrLike, toParamAttr } from './nn/param-attr.ts';
import type { Parameter } from './parameter.ts';
import { define } from './signature.ts';
import { generate } from './unique-name.ts';

/**
 * A parameter outside of layers.
 * @example paddle.createParameter([784, 10], 'float32', { defaultInitializer: new paddle.nn.initializer.Constant(0) })
 */
export const createParameter = define(
  'createParameter',
  ['shape'],
  ['dtype', 'name', 'attr', 'isBias', 'defaultInitializer'],
  (
    shape: Shape,
    dtype?: string,
    name?: string,
    attr?: ParamAttrLike,
    isBias?: boolean,
    defaultInitializer?: Initializer,
  ): Parameter => {
    const given = toParamAttr(attr === false ? null : attr) as ParamAttr;
    const named = name === undefined ? given : new ParamAttr({ ...given, name } as never);
    const request = { attr: named, dtype, isBias, defaultInitializer };
    return makeParameter(generate('create_parameter'), shape, request) as Parameter;
  },
);
