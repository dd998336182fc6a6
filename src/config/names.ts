/**
 * `kernel_size` to `kernelSize`, `beta_1` to `beta1`; camelCase stays as it is. Option names are camelCase in code and
 * snake_case in Keras' files.
 */
export const toCamelCase = (name: string): string =>
  name.replace(/(?<=[^_])_+([a-z0-9])/g, (_, next: string) => next.toUpperCase());

/**
 * `kernelSize` to `kernel_size`. A number is a word of its own after a word (`beta1` to `beta_1`) but belongs to a
 * single letter (`l2`).
 */
export const toSnakeCase = (name: string): string =>
  name
    .replace(/([A-Za-z]{2})(?=\d)/g, '$1_')
    .replace(/([a-z0-9])(?=[A-Z])/g, '$1_')
    .toLowerCase();

/** The name that Keras gives to the first instance of a class: `Conv2DTranspose` to `conv2d_transpose`. */
export const instanceName = (className: string): string =>
  className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** Names are equal whatever their spelling: `categorical_crossentropy`, `categoricalCrossentropy`. */
export const spelling = (name: string): string => name.replaceAll('_', '').toLowerCase();

/** The name among `known` that a misspelt one was most likely meant to be, if any is near enough. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = spelling(name);
  // A third of the letters may be wrong.
  let least = Math.ceil(wanted.length / 3) + 1;
  let nearest: string | undefined;
  for (const other of known) {
    const changes = changesBetween(wanted, spelling(other));
    if (changes >= least) continue;
    least = changes;
    nearest = other;
  }
  return nearest;
}

/** How many letters must be put in, left out or replaced to make one word of another. Levenshtein 1966. */
function changesBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** ` (did you mean 'relu'?)` where one of the known names is near, for error messages. */
export function suggestion(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : ` (did you mean '${nearest}'?)`;
}

const counts = new Map<string, number>();

/** `conv2d`, then `conv2d_1`, `conv2d_2`, …: names that Keras would give in the same order. */
export function uniqueName(prefix: string): string {
  const count = counts.get(prefix) ?? 0;
  counts.set(prefix, count + 1);
  return count === 0 ? prefix : `${prefix}_${count}`;
}

/** Forgets which names were given, so that the next layers are called `dense`, `conv2d`, … again. */
export function resetNames(): void {
  counts.clear();
}
