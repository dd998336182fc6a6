import { option, Registry, type Serialized, serialize } from '../config/index.ts';
import type { DType, Shape, Tensor } from '../tensor/index.ts';
import * as initializers from './index.ts';
import { Initializer } from './initializer.ts';

/** What an option takes for an initializer; a function of shape and dtype will do. */
export type InitializerLike =
  | Initializer
  | string
  | Serialized
  | ((shape: Shape, dtype: DType) => Tensor);

const registry = new Registry<Initializer>('initializer', () => initializers, {
  uniform: 'randomuniform',
  normal: 'randomnormal',
  one: 'ones',
  zero: 'zeros',
  eye: 'identity',
  identityinitializer: 'identity',
  orthogonalinitializer: 'orthogonal',
});

/** An initializer made of a function in user code. */
class FunctionInitializer extends Initializer {
  readonly f: (shape: Shape, dtype: DType) => Tensor;

  constructor(f: (shape: Shape, dtype: DType) => Tensor) {
    super();
    this.f = f;
  }

  override get className(): string {
    return this.f?.name ?? 'function'; // not there yet while the options are read
  }

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    return this.f(shape, dtype);
  }
}

/** An initializer from its name (`'heNormal'`), its form in a file, a function, or itself. */
export function getInitializer(identifier: InitializerLike, where = 'initializer'): Initializer {
  if (typeof identifier === 'function' && !Object.hasOwn(identifier, 'className')) {
    return new FunctionInitializer(identifier);
  }
  return registry.resolve(identifier, where, (value) => value instanceof Initializer);
}

/** An option that holds an initializer. */
export const initializer = (initial: InitializerLike) =>
  option(getInitializer, initial, { write: serialize });
