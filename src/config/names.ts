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
