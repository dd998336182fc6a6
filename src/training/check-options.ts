import { nearestName } from '../config/index.ts';
import { ValueError } from '../tensor/index.ts';

/** Throws a ValueError for options that a function does not have: a misspelt one must not be passed over in silence. */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new ValueError(`${where}: expected an object of options, received ${String(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const meant = nearestName(name, known);
    throw new ValueError(
      `${where}: unknown option '${name}'; ` +
        (meant ? `did you mean '${meant}'?` : `known: ${known.join(', ')}`),
    );
  }
}

/** Throws a ValueError unless a number is whole and at least `min`. */
export function checkCount(where: string, value: number | null | undefined, min: number): void {
  if (value === undefined || value === null || (Number.isInteger(value) && value >= min)) return;
  throw new ValueError(`${where} must be a whole number >= ${min}, received ${String(value)}`);
}
