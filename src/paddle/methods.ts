import { installMethods } from '../tensor/install-methods.ts';
import * as attribute from './attribute.ts';
import { backwardFrom } from './autograd.ts';
import * as combination from './combination.ts';
import * as counting from './counting.ts';
import * as creation from './creation.ts';
import * as decomposition from './decomposition.ts';
import * as draw from './draw.ts';
import * as elementwise from './elementwise.ts';
import * as inPlace from './in-place.ts';
import * as indexing from './indexing.ts';
import * as joining from './joining.ts';
import * as linalg from './linalg.ts';
import * as logic from './logic.ts';
import * as manipulation from './manipulation.ts';
import * as masking from './masking.ts';
import * as reduction from './reduction.ts';
import * as search from './search.ts';
import type { Keyworded } from './signature.ts';
import { Tensor } from './tensor.ts';

/** A function of a tensor and other arguments, without the tensor. */
type Method<F> = F extends {
  readonly parameters: readonly [string, ...infer Names extends readonly string[]];
  readonly body: (x: never, ...rest: infer Others) => infer R;
}
  ? Keyworded<Names, Others, R>
  : F extends (x: never, ...rest: infer Others) => infer R
    ? (...rest: Others) => R
    : never;

/** The functions of a module as methods; the types stay unresolved, since they speak of tensors again. */
type MethodsOf<Module, Except extends keyof Module = never> = {
  [Name in Exclude<keyof Module, Except>]: Method<Module[Name]>;
};

/** Every function of these modules whose first argument is a tensor is a method: `x.add(y)` is `paddle.add(x, y)`. */
export interface TensorMethods
  extends MethodsOf<typeof elementwise>,
    MethodsOf<typeof inPlace>,
    MethodsOf<typeof counting>,
    MethodsOf<typeof indexing, 'withItems'>,
    MethodsOf<typeof masking>,
    MethodsOf<typeof joining>,
    MethodsOf<typeof linalg>,
    MethodsOf<typeof logic>,
    MethodsOf<typeof manipulation>,
    MethodsOf<typeof search>,
    MethodsOf<typeof attribute>,
    MethodsOf<typeof reduction, 'variance'>,
    MethodsOf<typeof combination>,
    MethodsOf<typeof decomposition>,
    MethodsOf<typeof draw> {
  backward: Method<typeof backwardFrom>;
  var: Method<typeof reduction.variance>;
  zerosLike: Method<typeof creation.zerosLike>;
  onesLike: Method<typeof creation.onesLike>;
  fullLike: Method<typeof creation.fullLike>;
}

declare module './tensor.ts' {
  interface Tensor extends TensorMethods {}
}

const { variance, ...reductions } = reduction;
const { withItems: _withItems, ...indexes } = indexing;

const methods: Readonly<Record<string, unknown>> = {
  ...elementwise,
  ...inPlace,
  ...indexes,
  ...counting,
  ...masking,
  ...joining,
  ...linalg,
  ...logic,
  ...manipulation,
  ...search,
  ...attribute,
  ...reductions,
  ...draw,
  ...combination,
  ...decomposition,
  backward: backwardFrom,
  var: variance,
  zerosLike: creation.zerosLike,
  onesLike: creation.onesLike,
  fullLike: creation.fullLike,
};

installMethods(Tensor.prototype, methods);
