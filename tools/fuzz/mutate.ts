// Damages files in the ways that find the most: at the beginning, in lengths and offsets, by repetition, by foreign words.

/** Numbers of 0 to 1 that follow from a seed (Marsaglia's xorshift32). */
export type Random = () => number;

/** A generator for one input of one loader. */
export function randomOf(...seeds: readonly (number | string)[]): Random {
  let state = 0x9e3779b9;
  for (const char of seeds.join('/')) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193);
  state = state === 0 ? 1 : state;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 8; i++) next();
  return next;
}

const below = (random: Random, n: number): number => Math.floor(random() * n);
const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)];

/** A place in a file; headers are more telling than data. */
const place = (random: Random, length: number): number =>
  Math.floor((random() < 0.5 ? random() ** 4 : random()) * length);

const edges = [0, 1, 2, 4, 8, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

function splice(bytes: Uint8Array, at: number, removed: number, put: Uint8Array): Uint8Array {
  const rest = bytes.subarray(Math.min(bytes.length, at + removed));
  const out = new Uint8Array(at + put.length + rest.length);
  out.set(bytes.subarray(0, at));
  out.set(put, at);
  out.set(rest, at + put.length);
  return out;
}

type Mutation = (bytes: Uint8Array, random: Random, others: readonly Uint8Array[]) => Uint8Array;

const words = [
  ...[
    '__proto__',
    'constructor',
    'null',
    '-1',
    '1e999',
    '[[[[[[[[',
    '{"a":',
    '"',
    '\\u0000',
    '../',
  ],
  ...['9007199254740993', 'NaN', 'Infinity', '\n', ',', '[]', '{}', 'true', '0.5', '"Lambda"'],
].map((word) => new TextEncoder().encode(word));

const mutations: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const copy = bytes.slice();
    copy[place(random, copy.length)] ^= 1 << below(random, 8);
    return copy;
  },
  function setByte(bytes, random) {
    const copy = bytes.slice();
    copy[place(random, copy.length)] = random() < 0.5 ? below(random, 256) : pick(random, edges);
    return copy;
  },
  function setNumber(bytes, random) {
    const width = pick(random, [2, 4, 8]);
    if (bytes.length < width) return bytes;
    const copy = bytes.slice();
    const view = new DataView(copy.buffer);
    const at = place(random, copy.length - width + 1);
    const little = random() < 0.8;
    const edge = pick(random, edges) + (random() < 0.3 ? below(random, 5) - 2 : 0);
    if (width === 2) view.setUint16(at, edge, little);
    else if (width === 4) view.setUint32(at, edge, little);
    else
      view.setBigUint64(
        at,
        BigInt.asUintN(64, BigInt(edge)) << pick(random, [0n, 0n, 31n]),
        little,
      );
    return copy;
  },
  function shiftNumber(bytes, random) {
    if (bytes.length === 0) return bytes;
    const copy = bytes.slice();
    copy[place(random, copy.length)] += pick(random, [-2, -1, 1, 2, 16]);
    return copy;
  },
  function cut(bytes, random) {
    return bytes.slice(0, below(random, bytes.length + 1));
  },
  function remove(bytes, random) {
    const at = place(random, bytes.length);
    return splice(bytes, at, 1 + below(random, 16), new Uint8Array(0));
  },
  function repeat(bytes, random) {
    const at = place(random, bytes.length);
    const part = bytes.slice(at, at + 1 + below(random, 64));
    const put = new Uint8Array(part.length * (1 + below(random, 20)));
    for (let i = 0; i < put.length; i += part.length) put.set(part, i);
    return splice(bytes, at, 0, put);
  },
  function copyPart(bytes, random, others) {
    const other = pick(random, others);
    const from = place(random, other.length);
    const part = other.slice(from, from + 1 + below(random, 200));
    return splice(bytes, place(random, bytes.length + 1), random() < 0.5 ? part.length : 0, part);
  },
  function word(bytes, random) {
    const put = pick(random, words);
    return splice(bytes, place(random, bytes.length + 1), random() < 0.5 ? put.length : 0, put);
  },
  function noise(_, random) {
    return Uint8Array.from({ length: below(random, 200) }, () => below(random, 256));
  },
];

/** Values that options of layers do not expect. */
const strange = [
  null,
  true,
  -1,
  0,
  1.5,
  1e9,
  2 ** 31,
  1e308,
  '',
  'relu',
  '__proto__',
  [],
  {},
  [[]],
  [null],
];

type Container = Record<string, unknown>;

/** A value of a JSON text put elsewhere, replaced or left out; the syntax stays right. */
function changeJson(bytes: Uint8Array, random: Random): Uint8Array | null {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  const places: [Container, string][] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value as Container, key]);
      visit((value as Container)[key]);
    }
  };
  visit(json);
  if (places.length === 0) return null;
  for (let i = 1 + below(random, 3); i > 0; i--) {
    const [parent, key] = pick(random, places);
    const chance = random();
    if (chance < 0.2) delete parent[key];
    else if (chance < 0.5) {
      const [other, name] = pick(random, places);
      parent[key] = structuredClone(other[name]);
    } else parent[key] = pick(random, strange);
  }
  return new TextEncoder().encode(JSON.stringify(json));
}

/** A file with one to four damages. */
export function mutate(
  bytes: Uint8Array,
  random: Random,
  others: readonly Uint8Array[],
): Uint8Array {
  if (bytes[0] === 0x7b && random() < 0.6) {
    const changed = changeJson(bytes, random);
    if (changed) return changed;
  }
  let out = bytes;
  // Noise alone is found out by the first bytes: one in a hundred is enough.
  const usual = mutations.slice(0, -1);
  const count = 1 + Math.floor(random() ** 2 * 4);
  for (let i = 0; i < count; i++) {
    out = pick(random, random() < 0.01 ? mutations : usual)(out, random, others);
  }
  return out;
}
