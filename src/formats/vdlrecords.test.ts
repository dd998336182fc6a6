import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { PbfWriter } from 'pbf';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../tensor/index.ts';
import type { LogValue } from './log-value.ts';
import { decode, decodeRecord, sniff } from './vdlrecords.ts';

type Write = (value: PbfWriter) => void;

/** A record as VisualDL frames it. */
function record(step: number, tag: string, write: Write): Uint8Array {
  const writer = new PbfWriter();
  writer.writeMessage(
    1,
    (_, value) => {
      if (step) value.writeVarintField(1, step);
      value.writeStringField(2, tag);
      value.writeVarintField(3, 1_611_892_411_000 + step);
      write(value);
    },
    null,
  );
  const data = writer.finish();
  const bytes = new Uint8Array(data.length + 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(data.length), true);
  bytes.set(data, 8);
  return bytes;
}

const joined = (records: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(records.flatMap((bytes) => [...bytes]));
const scalar = (step: number): Uint8Array =>
  record(step, 'loss', (value) => value.writeFloatField(4, step / 2));
const message = (field: number, write: Write): Write => {
  return (value) => value.writeMessage(field, (_, inner) => write(inner), null);
};

const kinds: readonly [string, Write, LogValue][] = [
  ['scalar', (v) => v.writeFloatField(4, 0.5), { kind: 'scalar', value: 0.5 }],
  [
    'image',
    message(5, (v) => v.writeBytesField(4, Uint8Array.of(1, 2))),
    { kind: 'image', width: 0, height: 0, images: [Uint8Array.of(1, 2)] },
  ],
  [
    'histogram',
    message(8, (v) => {
      v.writePackedDouble(1, [3, 4]);
      v.writePackedDouble(2, [0, 1, 2]);
    }),
    { kind: 'histogram', counts: [3, 4], lefts: [0, 1], rights: [1, 2] },
  ],
  [
    'embedding',
    message(7, (v) => {
      for (const label of ['a', 'b']) {
        message(1, (point) => {
          point.writeStringField(1, label);
          point.writePackedFloat(2, [1, 2.5]);
        })(v);
      }
    }),
    {
      kind: 'embedding',
      labels: ['a', 'b'],
      vectors: [
        [1, 2.5],
        [1, 2.5],
      ],
    },
  ],
  [
    'text',
    message(12, (v) => v.writeStringField(1, '下联')),
    { kind: 'text', shape: [], texts: ['下联'] },
  ],
  [
    'a kind to come',
    message(20, (v) => v.writeVarintField(1, 1)),
    { kind: 'unknown', what: "VisualDL's field 20" },
  ],
];

test.each(kinds)('reads a record with %s', (_, write, value) => {
  const bytes = record(3, 'some/tag', write);
  expect(sniff(bytes)).toBe(true);
  expect(decode(bytes)).toEqual({
    damage: [],
    events: [{ step: 3, wallTime: 1_611_892_411.003, values: [{ tag: 'some/tag', value }] }],
  });
});

describe('damage', () => {
  test('in the middle is passed over and named', () => {
    const records = Array.from({ length: 20 }, (_, i) => scalar(i + 1));
    const bytes = joined(records);
    const size = records[0].length;
    bytes[5 * size] ^= 7; // a length that no longer fits
    const { events, damage } = decode(bytes);
    expect(events.map(({ step }) => step)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1).filter((step) => step !== 6),
    );
    expect(damage).toEqual([{ offset: 5 * size, length: size, reason: 'no record begins here' }]);
  });

  test('at the tail is named', () => {
    const bytes = joined([scalar(1), scalar(2)]);
    const { events, damage } = decode(bytes.subarray(0, bytes.length - 3));
    expect(events).toHaveLength(1);
    expect(damage).toHaveLength(1);
  });

  test('of any kind lets no error out', () => {
    const bytes = joined(Array.from({ length: 20 }, (_, i) => scalar(i + 1)));
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }), (at, value) => {
        const copy = bytes.slice();
        copy[at] = value;
        expect(decode(copy).events.length).toBeGreaterThanOrEqual(18);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (random) => {
        try {
          decodeRecord(random);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
    );
  });
});

const real = new URL('../../../shared/data/models/vdlrecords/', import.meta.url);
describe.skipIf(!existsSync(real))('logs that VisualDL wrote', () => {
  const read = (name: string) => decode(readFileSync(new URL(name, real)));

  test('hold scalars', () => {
    const { events, damage } = read('log_scalar_test_train_vdlrecords.1597653555.log');
    expect(damage).toEqual([]);
    const values = events.flatMap((event) => event.values);
    expect(new Set(values.map(({ tag }) => tag))).toEqual(
      new Set(['resnet20/train/acc', 'resnet20/train/loss']),
    );
    expect(values.every(({ value }) => value.kind === 'scalar')).toBe(true);
    expect(new Date(1000 * events[1].wallTime).getFullYear()).toBe(2020);
  });

  test('hold curves', () => {
    const { events, damage } = read('pr/vdlrecords.1599819168.log');
    expect(damage).toEqual([]);
    const [, { values }] = events;
    const curve = values[0].value;
    if (curve.kind !== 'curve') throw new Error(curve.kind);
    expect(curve.truePositives).toHaveLength(100);
    expect(curve.truePositives[0]).toBe(40);
    expect(curve.falsePositives[0]).toBe(200);
    expect(curve.falseNegatives).toHaveLength(100);
  });

  test('hold texts', () => {
    const { events, damage } = read('text/vdlrecords.1611892411.log');
    expect(damage).toEqual([]);
    const texts = events.flatMap(({ values }) => values.map(({ value }) => value));
    expect(texts[0]).toMatchObject({ kind: 'text' });
    expect(JSON.stringify(texts[0])).toContain('上联');
    expect(new Date(1000 * events[1].wallTime).getFullYear()).toBe(2021);
  });
});
