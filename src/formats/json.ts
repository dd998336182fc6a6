import { FormatError } from '../tensor/index.ts';

/** What `parseJson` gives; objects have no prototype. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What `parseJson` allows. */
export interface JsonOptions {
  readonly file?: string;
  readonly member?: string;
  /** Nesting beyond this is refused. Default 100. */
  readonly maxDepth?: number;
  /** Values beyond this number are refused. Default 2 million. */
  readonly maxValues?: number;
}

/** Keys that reach into JavaScript's own objects. */
const forbiddenKeys = ['__proto__', 'constructor', 'prototype'];

const space = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const string = /"[^"\\\p{Cc}]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\p{Cc}]*)*"/uy;

/**
 * Parses JSON that a stranger wrote (RFC 8259): keys that are given twice, `__proto__`, `constructor` and `prototype`, and
 * too deep or too many values are refused, where `JSON.parse` would let them pass.
 */
export function parseJson(text: string, options: JsonOptions = {}): Json {
  const { file, member, maxDepth = 100, maxValues = 2_000_000 } = options;
  let at = 0;
  let values = 0;

  const fail = (problem: string, expected?: string): never => {
    const received = at < text.length ? JSON.stringify(text.slice(at, at + 12)) : 'the end';
    throw new FormatError(problem, { file, member, offset: at, expected, received });
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
  const takeString = (): string => {
    take(space);
    const found = take(string);
    return found === null ? fail('bad JSON', 'a string') : (JSON.parse(found) as string);
  };

  const takeObject = (depth: number): Json => {
    const object: { [key: string]: Json } = Object.create(null);
    if (skip('}')) return object;
    do {
      take(space);
      const start = at;
      const key = takeString();
      const problem = forbiddenKeys.includes(key)
        ? `the key '${key}' is not allowed`
        : key in object && `the key '${key}' is given twice`;
      if (problem) {
        at = start;
        fail(problem);
      }
      if (!skip(':')) fail('bad JSON', "':'");
      object[key] = takeValue(depth);
    } while (skip(','));
    if (!skip('}')) fail('bad JSON', "',' or '}'");
    return object;
  };

  const takeArray = (depth: number): Json => {
    const array: Json[] = [];
    if (skip(']')) return array;
    do array.push(takeValue(depth));
    while (skip(','));
    if (!skip(']')) fail('bad JSON', "',' or ']'");
    return array;
  };

  const takeValue = (depth: number): Json => {
    if (++values > maxValues) fail(`more than ${maxValues} values`);
    if (depth > maxDepth) fail(`nested deeper than ${maxDepth}`);
    take(space);
    if (text[at] === '"') return takeString();
    if (skip('{')) return takeObject(depth + 1);
    if (skip('[')) return takeArray(depth + 1);
    if (skip('true')) return true;
    if (skip('false')) return false;
    if (skip('null')) return null;
    const digits = take(number);
    return digits === null ? fail('bad JSON', 'a value') : Number(digits);
  };

  const value = takeValue(0);
  take(space);
  if (at < text.length) fail('bad JSON', 'the end');
  return value;
}

/** Whether a value of JSON is an object. */
export const isJsonObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text of bytes that must be UTF-8. */
export function decodeUtf8(bytes: Uint8Array, where: { file?: string; member?: string }): string {
  try {
    // A decoder refuses memory that is shared between threads.
    const own = bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice();
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(own);
  } catch {
    throw new FormatError('the text is not UTF-8', where);
  }
}
