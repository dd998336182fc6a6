import { stdout } from 'node:process';

/** Prints a line. */
export const print = (line = ''): void => void stdout.write(`${line}\n`);

const codes = { bold: 1, red: 31, green: 32, yellow: 33, grey: 90 } as const;

/** Text in a colour, where the output is a terminal and `NO_COLOR` is not set. */
export function paint(colour: keyof typeof codes, text: string): string {
  const shown = stdout.isTTY && !process.env.NO_COLOR;
  return shown ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text;
}

/** Characters that fit into a line; a file has room. */
export const lineWidth = (): number => stdout.columns ?? 160;

/** A number with separators: 60,000. */
export const grouped = (n: number): string => n.toLocaleString('en-US');

/** Six digits behind the point: what float32 can tell, without its noise. */
export const rounded = (value: number): number => Number(value.toFixed(6));
