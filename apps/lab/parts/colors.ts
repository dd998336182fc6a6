// Colours that people with any kind of colour vision can tell apart, after M. Okabe and K. Ito, "Color Universal
// Design", 2008; a little darker, so that they stand on white.
/** For the first, second, … series of a picture. */
export const series = ['#0067a8', '#d55e00', '#00795c', '#a8548a', '#8a6d00', '#4aa3d8', '#555b66'];

/** A colour between others, at `t` from 0 to 1. */
function between(stops: readonly (readonly [number, number, number])[], t: number): number[] {
  const at = Math.min(1, Math.max(0, t)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  const share = at - low;
  return stops[low].map((value, i) => value + (stops[low + 1][i] - value) * share);
}

/** Colour (red, green, blue) of a value from 0 to 1. */
export type Colors = (value: number) => readonly number[];

/** Paper to ink. */
export const ink: Colors = (value) =>
  between(
    [
      [255, 255, 255],
      [20, 28, 40],
    ],
    value,
  );

/** Black to white, as pixels are. */
export const light: Colors = (value) =>
  between(
    [
      [12, 16, 24],
      [255, 255, 255],
    ],
    value,
  );

/** How strongly something answers: dark, blue, green, yellow. After viridis of S. van der Walt and N. Smith, 2015. */
export const heat: Colors = (value) =>
  between(
    [
      [38, 12, 64],
      [59, 82, 139],
      [33, 145, 140],
      [94, 201, 98],
      [253, 231, 37],
    ],
    value,
  );

/** Negative blue, nothing white, positive orange; 0.5 is nothing. */
export const signed: Colors = (value) =>
  between(
    [
      [0, 83, 148],
      [120, 174, 219],
      [250, 250, 250],
      [244, 164, 96],
      [196, 78, 0],
    ],
    value,
  );

/** As CSS has it. */
export const css = (color: readonly number[]): string =>
  `rgb(${color.map((channel) => Math.round(channel)).join(' ')})`;
