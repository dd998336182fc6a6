/** Makes functions whose first argument is an object methods of its class: `x.add(y)` is `add(x, y)`. */
export function installMethods(
  prototype: object,
  functions: Readonly<Record<string, unknown>>,
): void {
  for (const [name, operation] of Object.entries(functions)) {
    const call = operation as (self: object, ...rest: unknown[]) => unknown;
    Object.defineProperty(prototype, name, {
      value(this: object, ...rest: unknown[]) {
        return call(this, ...rest);
      },
      writable: true,
      configurable: true,
    });
  }
}
