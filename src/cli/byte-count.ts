import { InvalidArgumentError } from 'commander';

const units: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** Reads an option's number of bytes: 1000000, 512M, 2G. */
export function byteCount(text: string): number {
  const [, digits, unit] = /^(\d+)([kmg]?)i?b?$/i.exec(text) ?? [];
  const bytes = Number(digits) * (units[unit?.toLowerCase()] ?? 1);
  if (digits && Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new InvalidArgumentError('It must be a number of bytes, such as 512M or 2G.');
}

/** A number of bytes for people: 1.5 MiB. */
export function showBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const power = Math.min(3, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 2 ** (10 * power)).toFixed(1)} ${['', 'KiB', 'MiB', 'GiB'][power]}`;
}
