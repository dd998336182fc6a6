import { grad as _grad } from './autograd.ts';
import * as creation from './creation.ts';

void _grad;
/** Functions of this door whose first argument is a tensor, which tensors have as methods. */
export const tensorMethods = {
  zerosLike: creation.zerosLike,
} as const;
