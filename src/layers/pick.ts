/** The properties of an object that a table names. */
export function pick<T extends object, S extends object>(
  object: T,
  table: S,
): Pick<T, keyof S & keyof T> {
  const picked = Object.keys(table).map((name) => [name, object[name as keyof T]]);
  return Object.fromEntries(picked) as Pick<T, keyof S & keyof T>;
}
