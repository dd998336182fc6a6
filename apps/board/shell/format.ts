import { language } from './settings.ts';

/** A number in few characters. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}

/** A moment: seconds since 1970. */
export const momentText = (seconds: number): string =>
  new Date(seconds * 1000).toLocaleString(language.value);

/** A time in seconds as people say it: 95 is 1:35. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${shortNumber(seconds)} s`;
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}
