import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../tensor/index.ts';
import type { LogEvent, LogValue } from './log-value.ts';
import {
  decode,
  decodeEvent,
  encode,
  encodeHeader,
  encodeHparamRecords,
  RecordScanner,
  sniff,
  tfRecord,
} from './tfevents.ts';

const scalar = (step: number, value: number): LogEvent => ({
  wallTime: 1000 + step,
  step,
  values: [{ tag: 'loss', value: { kind: 'scalar', value } }],
});
const steps = (bytes: Uint8Array): number[] => decode(bytes).events.map(({ step }) => step);
const picture = Uint8Array.of(137, 80, 78, 71);

const examples: readonly LogValue[] = [
  { kind: 'scalar', value: 0.5 },
  { kind: 'image', width: 3, height: 2, images: [picture] },
  { kind: 'image', width: 3, height: 2, images: [picture, picture.slice(1)] },
  { kind: 'histogram', lefts: [0, 1, 3], rights: [1, 2, 4], counts: [5, 0, 7] },
  { kind: 'text', shape: [], texts: ['用中文'] },
  { kind: 'text', shape: [2, 2], texts: ['a', 'b', 'c', 'd'] },
  {
    kind: 'curve',
    truePositives: [3, 2, 0],
    falsePositives: [4, 1, 0],
    trueNegatives: [0, 3, 4],
    falseNegatives: [0, 1, 3],
  },
  {
    kind: 'samples',
    images: [picture, picture],
    classNames: ['cat', 'dog'],
    labels: [0, 1],
    predictions: [
      [0.9, 0.1],
      [0.6, 0.4],
    ],
  },
  { kind: 'audio', sampleRate: 8000, contentType: 'audio/wav', sound: picture },
  {
    kind: 'graph',
    graph: {
      nodes: [
        { name: 'input', op: 'Input', inputs: [], shape: [1, 4], dtype: 'float32', attributes: {} },
        {
          name: 'dense/matmul',
          op: 'matmul',
          inputs: ['input'],
          shape: [1, -1],
          dtype: 'float32',
          attributes: { activation: 'relu' },
        },
      ],
    },
  },
];

describe('events', () => {
  test.each(examples)('of $kind are read as they were written', (value) => {
    const tag = value.kind === 'graph' ? '' : 'some/tag';
    const event = { wallTime: 1234.5, step: 2 ** 40, values: [{ tag, value }] };
    const { events, damage } = decode(encode([event]));
    expect(damage).toEqual([]);
    const expected = value.kind === 'histogram' ? { ...value } : value;
    if (value.kind === 'histogram') {
      // The gap between 2 and 3 is an empty bucket, and empty ones of width 0 do not exist.
      Object.assign(expected, { lefts: [0, 1, 2, 3], rights: [1, 2, 3, 4], counts: [5, 0, 0, 7] });
    }
    expect(events).toEqual([{ ...event, values: [{ tag, value: expected }] }]);
  });

  test('keep any finite number, step and tag', () => {
    const events = fc.array(
      fc.record({
        wallTime: fc.double({ noNaN: true, min: 0, max: 1e11 }),
        step: fc.maxSafeInteger(),
        values: fc.array(
          fc.record({
            tag: fc.string({ minLength: 1, unit: 'grapheme' }),
            value: fc.record({ kind: fc.constant('scalar' as const), value: fc.float() }),
          }),
          { minLength: 1, maxLength: 3 },
        ),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(events, (list) => {
        expect(decode(encode(list))).toEqual({ events: list, damage: [] });
      }),
      { numRuns: 60 },
    );
  });

  test('of hyperparameters are three', () => {
    const records = encodeHparamRecords(7, { rate: 0.1, optimizer: 'adam', bias: true }, ['acc']);
    const values = records.map((record) => decode(record).events[0].values[0]);
    expect(values).toEqual([
      {
        tag: '_hparams_/experiment',
        value: {
          kind: 'hparams',
          hparams: { part: 'experiment', hparams: ['rate', 'optimizer', 'bias'], metrics: ['acc'] },
        },
      },
      {
        tag: '_hparams_/session_start_info',
        value: {
          kind: 'hparams',
          hparams: {
            part: 'start',
            group: '',
            values: { rate: 0.1, optimizer: 'adam', bias: true },
          },
        },
      },
      {
        tag: '_hparams_/session_end_info',
        value: { kind: 'hparams', hparams: { part: 'end', status: 1 } },
      },
    ]);
  });

  test('begin with the version of the format', () => {
    const header = encodeHeader(5);
    expect(sniff(header)).toBe(true);
    expect(sniff(new Uint8Array(40))).toBe(false);
    expect(decode(header).events).toEqual([
      { wallTime: 5, step: 0, fileVersion: 'brain.Event:2', values: [] },
    ]);
  });
});

describe('damage', () => {
  const bytes = (): Uint8Array<ArrayBuffer> => encode([0, 1, 2, 3, 4].map((i) => scalar(i + 1, i)));

  test('at the tail leaves what was before it', () => {
    const whole = bytes();
    for (let cut = 1; cut < whole.length; cut++) {
      const { events, damage } = decode(whole.subarray(0, whole.length - cut));
      expect(events.length).toBe(Math.floor((whole.length - cut) / (whole.length / 5)));
      const lost = (whole.length - cut) % (whole.length / 5);
      expect(damage.map(({ length }) => length)).toEqual(lost ? [lost] : []);
    }
  });

  test('of data loses one record and says why', () => {
    const whole = bytes();
    const size = whole.length / 5;
    whole[size + 20] ^= 1;
    expect(steps(whole)).toEqual([1, 3, 4, 5]);
    expect(decode(whole).damage).toEqual([
      { offset: size, length: size, reason: 'the data of a record do not have its sum' },
    ]);
  });

  test('of a length is passed over up to the next record', () => {
    const whole = bytes();
    const size = whole.length / 5;
    whole[size] ^= 4;
    whole[2 * size + 5] ^= 64;
    expect(steps(whole)).toEqual([1, 4, 5]);
    expect(decode(whole).damage).toEqual([
      { offset: size, length: 2 * size, reason: 'no record begins here' },
    ]);
  });

  test('by bytes that were put in or taken out is passed over', () => {
    const whole = bytes();
    const size = whole.length / 5;
    const longer = new Uint8Array([...whole.slice(0, size), 1, 2, 3, ...whole.slice(size)]);
    expect(steps(longer)).toEqual([1, 2, 3, 4, 5]);
    const shorter = new Uint8Array([...whole.slice(0, size + 5), ...whole.slice(size + 30)]);
    expect(steps(shorter)).toEqual([1, 3, 4, 5]);
  });

  test('of any kind lets no error out and loses little', () => {
    const many = encode(Array.from({ length: 50 }, (_, i) => scalar(i + 1, i)));
    const size = many.length / 50;
    const flips = fc.array(fc.nat({ max: many.length * 8 - 1 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(flips, (bits) => {
        const copy = many.slice();
        for (const bit of bits) copy[bit >> 3] ^= 1 << (bit & 7);
        const touched = new Set(bits.map((bit) => Math.floor((bit >> 3) / size)));
        expect(decode(copy).events.length).toBeGreaterThanOrEqual(50 - touched.size);
      }),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (random) => {
        expect(decode(random).events).toEqual([]);
      }),
    );
  });

  test('inside a message is a FormatError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (random) => {
        try {
          decodeEvent(random);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test('a file is read while it grows, byte by byte or in larger pieces', () => {
  const whole = encode(Array.from({ length: 30 }, (_, i) => scalar(i + 1, i)));
  for (const piece of [1, 7, 64, 1000]) {
    const scanner = new RecordScanner(tfRecord);
    const seen: number[] = [];
    for (let end = piece; seen.length < 30; end += piece) {
      const now = whole.subarray(0, Math.min(end, whole.length));
      scanner.push(now.subarray(scanner.position), (data, start, stop) =>
        seen.push(decodeEvent(data.subarray(start, stop)).step),
      );
    }
    expect(seen).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(scanner.damage).toEqual([]);
    expect(scanner.position).toBe(whole.length);
  }
});

test('a last record that does not hold yet is read once its bytes are there', () => {
  const whole = encode([scalar(1, 1), scalar(2, 2)]);
  const half = whole.slice();
  half.fill(0, whole.length - 10);
  const scanner = new RecordScanner(tfRecord);
  const seen: number[] = [];
  const see = (data: Uint8Array, start: number, end: number): void =>
    void seen.push(decodeEvent(data.subarray(start, end)).step);
  scanner.push(half, see);
  expect(seen).toEqual([1]);
  scanner.push(whole.subarray(scanner.position), see);
  expect(seen).toEqual([1, 2]);
  expect(scanner.damage).toEqual([]);
});

const real = new URL('../../../shared/data/models/tfevents/janosh/', import.meta.url);
describe.skipIf(!existsSync(real))('files that PyTorch wrote', () => {
  test.each([
    ['strict/run_1', 'strict/foo', 20],
    ['lax/run_2', 'lax/foo', 20],
    ['duplicate_steps/run_1', 'foo', 20],
  ])('%s is read whole', (folder) => {
    const [name] = readdirSync(new URL(`${folder}/`, real));
    const { events, damage } = decode(readFileSync(new URL(`${folder}/${name}`, real)));
    expect(damage).toEqual([]);
    expect(events[0].fileVersion).toBe('brain.Event:2');
    const values = events.flatMap((event) => event.values);
    expect(values.length).toBeGreaterThan(50);
    expect(values.every(({ tag, value }) => tag !== '' && value.kind === 'scalar')).toBe(true);
  });
});
