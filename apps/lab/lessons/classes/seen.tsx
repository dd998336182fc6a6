import { useEffect, useRef } from 'preact/hooks';
import { heat } from '../../parts/colors.ts';
import type { Guess } from './engine.ts';

/** A photo with the places that spoke for what the network says. */
export function Seen({
  picture,
  guess,
  label,
}: {
  readonly picture: ImageData;
  readonly guess: Guess | null;
  readonly label: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.putImageData(picture, 0, 0);
    if (guess) paint(context, guess, picture.width, picture.height);
  });
  return (
    <canvas
      ref={canvas}
      class="seen"
      role="img"
      aria-label={label}
      width={picture.width}
      height={picture.height}
    />
  );
}

/** Paints the map over what is drawn, smooth between its few cells. */
export function paint(
  context: CanvasRenderingContext2D,
  { where, width, height }: Guess,
  w: number,
  h: number,
): void {
  const cells = new ImageData(width, height);
  where.forEach((value, i) => {
    // What speaks for nothing is left clear.
    cells.data.set([...heat(0.35 + 0.65 * value), Math.round(190 * value)], 4 * i);
  });
  const small = new OffscreenCanvas(width, height);
  small.getContext('2d')?.putImageData(cells, 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, w, h);
}
