import { FormatError } from '../tensor/index.ts';

/** A value of Python's literal syntax: lists and tuples are arrays, dictionaries have string keys. */
export type PythonLiteral =
  | string
  | number
  | boolean
  | null
  | PythonLiteral[]
  | Map<string, PythonLiteral>;

const tokens: readonly (readonly [RegExp, (text: string) => PythonLiteral])[] = [
  // Escapes do not occur in what NumPy writes; they are refused rather than guessed.
  [/[bu]?'[^'\\\n]*'/y, (text) => text.slice(text.indexOf("'") + 1, -1)],
  [/[bu]?"[^"\\\n]*"/y, (text) => text.slice(text.indexOf('"') + 1, -1)],
  [/[+-]?\d+L?(?![\w.])/y, (text) => Number(text.replace('L', ''))],
  [/True\b/y, () => true],
  [/False\b/y, () => false],
  [/None\b/y, () => null],
];
const space = /[ \t\r\n]*/y;

/** Parses a literal of strings, integers, bools, lists, tuples and dictionaries; nothing is evaluated. */
export function parsePythonLiteral(text: string, where: { file?: string } = {}): PythonLiteral {
  let at = 0;
  const fail = (expected: string): never => {
    const received = at < text.length ? JSON.stringify(text.slice(at, at + 12)) : 'the end';
    throw new FormatError('bad literal', { ...where, expected, received });
  };
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  const skip = (literal: string): boolean => {
    take(space);
    if (!text.startsWith(literal, at)) return false;
    at += literal.length;
    return true;
  };
  /** Items up to the closing bracket; a comma may follow the last. */
  const takeItems = (close: string, item: () => void): number => {
    let commas = 0;
    while (!skip(close)) {
      item();
      if (skip(',')) commas++;
      else if (skip(close)) break;
      else fail(`',' or '${close}'`);
    }
    return commas;
  };
  const takeValue = (depth: number): PythonLiteral => {
    if (depth > 20) fail('less nesting');
    take(space);
    if (skip('{')) {
      const map = new Map<string, PythonLiteral>();
      takeItems('}', () => {
        const key = takeValue(depth + 1);
        if (typeof key !== 'string' || map.has(key)) fail('a key that was not given before');
        if (!skip(':')) fail("':'");
        map.set(key as string, takeValue(depth + 1));
      });
      return map;
    }
    for (const [open, close] of ['[]', '()']) {
      if (!skip(open)) continue;
      const list: PythonLiteral[] = [];
      const commas = takeItems(close, () => void list.push(takeValue(depth + 1)));
      // `(3)` is a number in brackets.
      return open === '(' && list.length === 1 && commas === 0 ? list[0] : list;
    }
    for (const [pattern, read] of tokens) {
      const found = take(pattern);
      if (found !== null) return read(found);
    }
    return fail('a value');
  };
  const value = takeValue(0);
  take(space);
  if (at < text.length) fail('the end');
  return value;
}
