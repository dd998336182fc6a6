/** Keys, "Cubic convolution interpolation for digital image processing", 1981, with a = -0.5. */
export function keysKernel(distance: number): number {
  const t = Math.abs(distance);
  if (t <= 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}

/** TensorFlow looks cubic weights up in a table with so many places between two pixels. */
const places = 1024;

/** The place in TensorFlow's table of cubic weights that stands for a place on an axis. */
export function onCubicTable(place: number): number {
  const base = Math.floor(place - 0.5);
  return base + 0.5 + Math.round((place - 0.5 - base) * places) / places;
}
