import type { hdf5 } from '../../formats/index.ts';

/**
 * A list of texts among a group's attributes. Keras cuts a list that is too long for one attribute into `name0`, `name1`, …
 */
export function textsOf({ attributes }: hdf5.Hdf5Group, name: string): string[] {
  const whole = attributes.get(name);
  if (whole !== undefined) return listOf(whole);
  const parts: string[] = [];
  for (let i = 0; attributes.has(`${name}${i}`); i++) {
    parts.push(...listOf(attributes.get(`${name}${i}`)));
  }
  return parts;
}

const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];

/** As many bytes as Keras puts into one attribute. */
const mostBytes = 64512;

/** The same, to be written. */
export function textAttributes(name: string, texts: readonly string[]): Record<string, string[]> {
  const width = Math.max(1, ...texts.map((text) => new TextEncoder().encode(text).length));
  const perPart = Math.max(1, Math.floor(mostBytes / width));
  if (texts.length <= perPart) return { [name]: [...texts] };
  const parts: Record<string, string[]> = {};
  for (let i = 0; i * perPart < texts.length; i++) {
    parts[`${name}${i}`] = texts.slice(i * perPart, (i + 1) * perPart);
  }
  return parts;
}
