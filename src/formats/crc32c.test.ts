import { expect, test } from 'vitest';
import { crc32c, maskedCrc32c } from './crc32c.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

test('crc32c gives the sums of RFC 3720, appendix B.4', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => 31 - i))).toBe(0x113fdb5c);
  expect(crc32c(ascii('123456789'))).toBe(0xe3069283);
});

test('crc32c of a part is that of its copy', () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => (i * 37) & 255);
  for (let start = 0; start < 20; start++) {
    for (let end = start; end < start + 20; end++) {
      expect(crc32c(bytes, start, end)).toBe(crc32c(bytes.slice(start, end)));
    }
  }
});

test('maskedCrc32c of a length of 24, as every event file begins with', () => {
  expect(maskedCrc32c(Uint8Array.of(24, 0, 0, 0, 0, 0, 0, 0))).toBe(0x224b7fa3);
});
