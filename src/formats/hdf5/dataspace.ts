import type { Cursor } from './cursor.ts';

const mostAxes = 32;

/** Sizes along the axes; [] for one element, null for none at all. */
export function readDataspace(cursor: Cursor): number[] | null {
  const version = cursor.version(1, 2);
  const rank = cursor.u8();
  cursor.skip(1);
  const isNull = version === 2 ? cursor.u8() === 2 : false;
  if (version === 1) cursor.skip(5);
  if (rank > mostAxes) cursor.fail('too many axes', `at most ${mostAxes}`, String(rank));
  if (isNull) return null;
  return Array.from({ length: rank }, () => cursor.length());
}
