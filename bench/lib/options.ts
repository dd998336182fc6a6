import { parseArgs } from 'node:util';

/**
 * Numbers given as options (`--threads 2`), with their defaults. `others` are options of text, read elsewhere. Ends the process with
 * code 2 where one is wrong.
 */
export function numberOptions<const Defaults extends Readonly<Record<string, number>>>(
  defaults: Defaults,
  others: readonly string[] = [],
): Record<keyof Defaults, number> {
  try {
    const options = Object.fromEntries(
      [...Object.keys(defaults), ...others].map((name) => [name, { type: 'string' as const }]),
    );
    const { values } = parseArgs({ options });
    const entries = Object.entries(defaults).map(([name, usual]) => {
      const value = values[name] === undefined ? usual : Number(values[name]);
      if (!Number.isInteger(value) || value < 1) {
        throw new Error(`--${name} must be a whole number >= 1, received ${values[name]}`);
      }
      return [name, value];
    });
    return Object.fromEntries(entries) as Record<keyof Defaults, number>;
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}
