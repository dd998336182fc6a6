import { tensorMethods } from './method-table.ts';
import type { Keyworded } from './signature.ts';
import { Tensor } from './tensor.ts';

/** All but the first. */
type Rest<T extends readonly unknown[]> = T extends readonly [unknown?, ...infer Others]
  ? Others
  : never;

/** A function of a tensor and other arguments, without the tensor. */
type Method<F> = F extends Keyworded<infer Names, infer P, infer R>
  ? Rest<P> extends readonly unknown[]
    ? Keyworded<Extract<Rest<Names>, readonly string[]>, Rest<P>, R>
    : never
  : F extends (x: never, ...rest: infer Others) => infer R
    ? (...rest: Others) => R
    : never;

type MethodsOf<Table> = { [Name in keyof Table]: Method<Table[Name]> };

/** The methods that importing this file gives to every tensor: `x.add(y)` is `paddle.add(x, y)`. */
export interface TensorMethods extends MethodsOf<typeof tensorMethods> {}

declare module './tensor.ts' {
  interface Tensor extends TensorMethods {}
}

for (const [name, operation] of Object.entries(tensorMethods)) {
  const call = operation as (x: Tensor, ...rest: unknown[]) => unknown;
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: unknown[]) {
      return call(this, ...rest);
    },
    writable: true,
    configurable: true,
  });
}
