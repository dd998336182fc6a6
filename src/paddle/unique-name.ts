/** Counts how often each name was asked for. */
class NameGenerator {
  readonly prefix: string;
  readonly #counts = new Map<string, number>();
  readonly #taken = new Set<string>();

  constructor(prefix = '') {
    this.prefix = prefix;
  }

  generate(key: string): string {
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    return `${this.prefix}${key}_${count}`;
  }

  /** Notes the name of a parameter; whether it was free. */
  take(name: string): boolean {
    if (this.#taken.has(name)) return false;
    this.#taken.add(name);
    return true;
  }
}

let generator = new NameGenerator();

/** `linear_0`, then `linear_1`, …: names of layers and parameters, counted by key. */
export const generate = (key: string): string => generator.generate(key);

/** Notes the name of a parameter; false if another has it. */
export const takeParameterName = (name: string): boolean => generator.take(name);

/**
 * Runs `f` with names counted anew, as in a program that has just begun; all names get `prefix`.
 * @example paddle.utils.uniqueName.guard(() => new MNIST());  // the same names once more
 */
export function guard<T>(f: () => T, prefix = ''): T {
  const outer = generator;
  generator = new NameGenerator(prefix);
  try {
    return f();
  } finally {
    generator = outer;
  }
}
