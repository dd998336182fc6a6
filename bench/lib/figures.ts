/** A number with so many digits behind the point. */
export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** Milliseconds as seconds with two digits. */
export const seconds = (milliseconds: number): number => rounded(milliseconds / 1000);

/** The middle one of a list of numbers. */
export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** Prints a benchmark's figures: one JSON object, the last line of its output. */
export const report = (figures: Readonly<Record<string, unknown>>): void =>
  console.log(JSON.stringify(figures));
