import type { Statement } from './kernel-builder.ts';
import {
  eachRead,
  partsOf,
  type SetStatement,
  targetsOf,
  valuesOf,
  walk,
} from './statement-uses.ts';

/** Statements that belong together: sums of products, or others. */
export interface Part {
  readonly list: readonly Statement[];
  readonly sums: boolean;
}

export const isProduct = (statement: Statement): statement is SetStatement =>
  statement.kind === 'set' && statement.value.op === 'emulatedMultiplyAdd';

export const hasProducts = (statement: Statement): boolean =>
  isProduct(statement) || partsOf(statement).some((part) => part.some(hasProducts));

/** Whether the statement changes variables and nothing else. */
const isPure = (statement: Statement): boolean =>
  ['set', 'loop', 'if'].includes(statement.kind) &&
  partsOf(statement).every((part) => part.every(isPure));

/** Whether what runs, or an address, depends on sums: with wrong ones anything could happen. */
function areLedBySums(list: readonly Statement[]): boolean {
  const sums = new Set<number>();
  let led = false;
  for (let before = -1; before < sums.size; ) {
    before = sums.size;
    walk(list, (statement) => {
      let depends = isProduct(statement);
      for (const value of valuesOf(statement)) {
        eachRead(value, (read) => {
          depends ||= sums.has(read);
        });
      }
      if (!depends) return;
      if (statement.kind !== 'set' || statement.value.type === 'i32') led = true;
      for (const target of targetsOf(statement)) sums.add(target);
    });
  }
  return led;
}

/** Variables that a statement uses for nothing but sums of products. */
export function sumsOf(statement: Statement): ReadonlySet<number> {
  const sums = new Set<number>();
  const others = new Set<number>();
  walk([statement], (each) => {
    let values = valuesOf(each);
    if (isProduct(each)) {
      const [x, y, z] = each.value.args;
      if (z.op === 'get' && z.immediate === each.variable) {
        sums.add(each.variable);
        values = [x, y];
      } else others.add(each.variable);
    } else for (const target of targetsOf(each)) others.add(target);
    for (const value of values) eachRead(value, (read) => others.add(read));
  });
  for (const other of others) sums.delete(other);
  return sums;
}

/** How often each variable is a factor as it stands. */
export function countFactors(list: readonly Statement[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  walk(list, (statement) => {
    if (!isProduct(statement)) return;
    for (const { op, immediate } of statement.value.args.slice(0, 2)) {
      if (op === 'get') counts.set(immediate, (counts.get(immediate) ?? 0) + 1);
    }
  });
  return counts;
}

/** Divides statements into sums that are worth it and what lies between. */
export function divided(list: readonly Statement[]): Part[] {
  const parts: Part[] = [];
  let rest = 0;
  for (let start = 0; start < list.length; start++) {
    let end = start;
    while (end < list.length && isPure(list[end])) end++;
    const run = list.slice(start, end);
    const products = run.filter(hasProducts);
    if (products.length > 1 || products.some(({ kind }) => kind === 'loop')) {
      const first = run.findIndex(
        (each) => hasProducts(each) || (each.kind === 'set' && each.value.type === 'f32v'),
      );
      const sums = run.slice(first, run.lastIndexOf(products[products.length - 1]) + 1);
      if (!areLedBySums(sums)) {
        parts.push({ list: list.slice(rest, start + first), sums: false });
        parts.push({ list: sums, sums: true });
        rest = start + first + sums.length;
      }
    }
    start = end;
  }
  parts.push({ list: list.slice(rest), sums: false });
  return parts;
}
