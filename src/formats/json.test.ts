import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from './json.ts';

describe('parseJson', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat({ max: 3 }), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        if (/"(__proto__|constructor|prototype)":/.test(text)) return;
        expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
    expect(parseJson(' {"a" : [1, -2.5e3, "\\u00e4\\n", true, null, {}]} ')).toEqual(
      Object.assign(Object.create(null), {
        a: [1, -2500, 'ä\n', true, null, Object.create(null)],
      }),
    );
  });

  test('refuses what JSON.parse refuses, and says where', () => {
    for (const text of ['', '{', '[1,]', '{"a":1,}', '01', '1 2', "'a'", '"\n"', 'nul', '{a:1}']) {
      expect(() => JSON.parse(text)).toThrow();
      expect(() => parseJson(text, { file: 'x.json' })).toThrow(/^x\.json, offset \d+: /);
    }
    expect(() => parseJson('{"a": tru}')).toThrow('offset 6: bad JSON (expected a value');
  });

  test('refuses what JSON.parse would let pass', () => {
    expect(() => parseJson('{"a":1,"a":2}')).toThrow("the key 'a' is given twice");
    expect(() => parseJson('{"__proto__":{}}')).toThrow("the key '__proto__' is not allowed");
    expect(() => parseJson('{"\\u005f_proto__":{}}')).toThrow("'__proto__' is not allowed");
    expect(() => parseJson('[{"constructor":1}]')).toThrow("'constructor' is not allowed");
    expect(() => parseJson('['.repeat(1e5))).toThrow('nested deeper than 100');
    expect(() => parseJson('[1,2,3]', { maxValues: 3 })).toThrow('more than 3 values');
  });

  test('gives objects that inherit nothing', () => {
    expect(Object.getPrototypeOf(parseJson('{}'))).toBeNull();
  });
});
