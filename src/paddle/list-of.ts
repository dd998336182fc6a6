/** One value or several as a list; none is an empty one. */
export const listOf = <T>(value: T | readonly T[] | null | undefined): readonly T[] =>
  value === null || value === undefined
    ? []
    : Array.isArray(value)
      ? (value as readonly T[])
      : [value as T];
