import type { Statement } from './kernel-builder.ts';
import type { Value } from './value.ts';

/** Which variables statements read and write. */

export type SetStatement = Statement & { readonly kind: 'set' };

export function eachRead(value: Value, visit: (variable: number) => void): void {
  if (value.op === 'get') visit(value.immediate);
  for (const arg of value.args) eachRead(arg, visit);
}

/** The lists of statements within a statement. */
export function partsOf(statement: Statement): readonly (readonly Statement[])[] {
  if (statement.kind === 'loop') return [statement.body];
  return statement.kind === 'if' ? [statement.then, statement.otherwise] : [];
}

/** The values of a statement, without those of statements within it. */
export function valuesOf(statement: Statement): readonly Value[] {
  switch (statement.kind) {
    case 'set':
      return [statement.value];
    case 'store':
      return [statement.address, statement.value];
    case 'prefetch':
      return [statement.address];
    case 'transpose':
      return statement.rows;
    case 'loop':
      return [statement.again];
    case 'if':
      return [statement.condition];
  }
}

/** The variables that a statement changes, without those that statements within it do. */
export function targetsOf(statement: Statement): readonly number[] {
  if (statement.kind === 'transpose') return statement.columns;
  return statement.kind === 'set' ? [statement.variable] : [];
}

/** Visits the statements in order, and those within them before the next. */
export function walk(list: readonly Statement[], visit: (statement: Statement) => void): void {
  for (const statement of list) {
    visit(statement);
    for (const part of partsOf(statement)) walk(part, visit);
  }
}

function count(each: (add: (variable: number) => void) => void): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  each((variable) => counts.set(variable, (counts.get(variable) ?? 0) + 1));
  return counts;
}

/** How often each variable is read. */
export const countReads = (list: readonly Statement[]): ReadonlyMap<number, number> =>
  count((add) =>
    walk(list, (statement) => {
      for (const value of valuesOf(statement)) eachRead(value, add);
    }),
  );

/** In how many places each variable is written. */
export const countWrites = (list: readonly Statement[]): ReadonlyMap<number, number> =>
  count((add) => walk(list, (statement) => targetsOf(statement).forEach(add)));

/** Variables of which the statements may read what they had before. */
export function neededBy(list: readonly Statement[]): Set<number> {
  const needed = new Set<number>();
  const visit = (part: readonly Statement[], before: ReadonlySet<number>) => {
    const written = new Set(before);
    for (const statement of part) {
      for (const inner of partsOf(statement)) visit(inner, written);
      for (const value of valuesOf(statement)) {
        eachRead(value, (read) => {
          // What ends a loop may read what only its body has written: that is saved in vain.
          if (!written.has(read)) needed.add(read);
        });
      }
      for (const target of targetsOf(statement)) written.add(target);
    }
  };
  visit(list, new Set());
  return needed;
}
