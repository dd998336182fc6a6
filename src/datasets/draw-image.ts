const shades = ' .:-=+*#%@';
const side = 28;

/** An image of 28 x 28 numbers from -1 to 1 as lines of characters, the darker the denser. */
export function drawImage(pixels: ArrayLike<number>): string {
  const shadeOf = (value: number): string =>
    shades[Math.min(shades.length - 1, Math.floor(((value + 1) / 2) * shades.length))];
  const lines = Array.from({ length: side }, (_, y) =>
    Array.from({ length: side }, (__, x) => shadeOf(pixels[y * side + x]))
      .join('')
      .trimEnd(),
  );
  return lines.join('\n');
}
