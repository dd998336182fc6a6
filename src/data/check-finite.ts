import type { HostArray } from '../formats/index.ts';
import type { TensorLike } from '../ops/tensor-like.ts';
import { sourceOf } from './leaf.ts';

/**
 * Throws a ValueError that names the first row with a NaN or an infinite number; integers pass.
 * @example checkFinite('x', images);
 */
export async function checkFinite(name: string, rows: TensorLike | HostArray): Promise<void> {
  const source = sourceOf(name, rows);
  await source.ready;
  source.checkFinite();
}
