import { useEffect, useRef } from 'preact/hooks';
import { type Colors, css, light } from './colors.ts';

/** A rectangle of cells to point out. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly color?: string;
}

/** Numbers as coloured cells. */
export function Matrix({
  values,
  width,
  height,
  label,
  range = [0, 1],
  colors = light,
  frames = [],
  numbers = false,
  onPoint,
  class: name = '',
}: {
  readonly values: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly range?: readonly [number, number];
  readonly colors?: Colors;
  readonly frames?: readonly Frame[];
  /** Writes each value into its cell. */
  readonly numbers?: boolean;
  /** Is told the cell under the pointer. */
  readonly onPoint?: (x: number, y: number) => void;
  readonly class?: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const detailed = frames.length > 0 || numbers || onPoint !== undefined;
  // One point a cell is enough where the browser enlarges it; frames and numbers need room.
  const cell = detailed
    ? Math.max(4, Math.round((numbers ? 640 : 448) / Math.max(width, height)))
    : 1;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const [low, high] = range;
    const scale = (value: number): number => (value - low) / (high - low || 1);
    if (cell === 1) {
      const image = context.createImageData(width, height);
      const shades = shadesOf(colors);
      for (let i = 0; i < width * height; i++) {
        const at = 3 * Math.round(255 * Math.min(1, Math.max(0, scale(values[i]))));
        image.data[4 * i] = shades[at];
        image.data[4 * i + 1] = shades[at + 1];
        image.data[4 * i + 2] = shades[at + 2];
        image.data[4 * i + 3] = 255;
      }
      context.putImageData(image, 0, 0);
      return;
    }
    // The lines between the cells.
    context.fillStyle = '#8b95a3';
    context.fillRect(0, 0, width * cell, height * cell);
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.font = `${Math.round(cell * 0.32)}px ui-monospace, monospace`;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const value = values[y * width + x];
        const color = colors(scale(value));
        context.fillStyle = css(color);
        context.fillRect(
          x * cell,
          y * cell,
          cell + (cell > 12 ? -1 : 0),
          cell + (cell > 12 ? -1 : 0),
        );
        if (!numbers) continue;
        context.fillStyle =
          color[0] * 0.3 + color[1] * 0.59 + color[2] * 0.11 > 140 ? '#111' : '#fff';
        context.fillText(short(value), (x + 0.5) * cell, (y + 0.52) * cell);
      }
    }
    for (const { x, y, width: w, height: h, color = '#ff7a00' } of frames) {
      const line = Math.max(2, cell * 0.16);
      context.lineWidth = line;
      context.strokeStyle = color;
      context.strokeRect(
        x * cell + line / 2,
        y * cell + line / 2,
        w * cell - line,
        h * cell - line,
      );
    }
  });
  return (
    <canvas
      ref={canvas}
      class={`matrix ${detailed ? 'fine' : ''} ${name}`}
      role="img"
      aria-label={label}
      width={width * cell}
      height={height * cell}
      style={{ aspectRatio: `${width} / ${height}` }}
      onPointerMove={
        onPoint &&
        ((event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const at = (share: number, count: number): number =>
            Math.min(count - 1, Math.max(0, Math.floor(share * count)));
          onPoint(
            at((event.clientX - box.left) / box.width, width),
            at((event.clientY - box.top) / box.height, height),
          );
        })
      }
    />
  );
}

const known = new Map<Colors, Uint8ClampedArray>();

/** 256 steps of a scale, made once: feature maps have ten thousand points, drawn anew with each stroke. */
function shadesOf(colors: Colors): Uint8ClampedArray {
  let shades = known.get(colors);
  if (!shades) {
    shades = Uint8ClampedArray.from(
      Array.from({ length: 256 }, (_, i) => [...colors(i / 255)]).flat(),
    );
    known.set(colors, shades);
  }
  return shades;
}

/** A number in few characters. */
export function short(value: number): string {
  if (Object.is(value, 0) || Math.abs(value) < 0.005) return '0';
  const size = Math.abs(value);
  return String(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)));
}
