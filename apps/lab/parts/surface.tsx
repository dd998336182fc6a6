import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { say } from '../shell/language.ts';
import { type Colors, css, heat } from './colors.ts';

/** A way over the surface: columns and rows as shares of its sides, heights as shares of its range. */
export interface Way {
  readonly color: string;
  readonly points: readonly (readonly [x: number, y: number, z: number])[];
}

const words = {
  turn: { en: 'Drag, or use the arrow keys, to turn it.', zh: '拖动或用方向键旋转。' },
};

const [width, height] = [640, 460];

/** A surface in three dimensions, seen from a place that one turns; `z` from 0 to 1, row by row. */
export function Surface({
  z,
  size,
  ways,
  label,
  xLabel,
  yLabel,
  colors = heat,
}: {
  readonly z: ArrayLike<number>;
  readonly size: number;
  readonly ways: readonly Way[];
  readonly label: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly colors?: Colors;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const turned = useSignal(-0.7);
  const tilted = useSignal(0.85);
  const grip = useRef<readonly [number, number] | null>(null);

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, width, height);
    const see = viewFrom(turned.value, tilted.value);
    drawCells(context, z, size, see, colors);
    context.fillStyle = getComputedStyle(context.canvas).color;
    context.font = '600 19px system-ui, sans-serif';
    context.textAlign = 'center';
    for (const [text, x, y] of [
      [xLabel, 0.5, 1.13],
      [yLabel, 1.13, 0.5],
    ] as const) {
      const [u, v] = see(x, y, 0);
      context.fillText(text, u, v + 6);
    }
    for (const way of ways) drawWay(context, way, see);
  });

  const turn = (x: number, y: number): void => {
    turned.value += x;
    tilted.value = Math.min(1.57, Math.max(0.15, tilted.value + y));
  };
  return (
    <>
      <canvas
        ref={canvas}
        class="surface"
        width={width}
        height={height}
        tabIndex={0}
        role="img"
        aria-label={`${label} ${say(words.turn)}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          grip.current = [event.clientX, event.clientY];
        }}
        onPointerMove={({ clientX, clientY }) => {
          if (!grip.current) return;
          turn((clientX - grip.current[0]) / 120, (clientY - grip.current[1]) / 160);
          grip.current = [clientX, clientY];
        }}
        onPointerUp={() => {
          grip.current = null;
        }}
        onKeyDown={(event) => {
          const way = {
            ArrowLeft: [-0.15, 0],
            ArrowRight: [0.15, 0],
            ArrowUp: [0, -0.1],
            ArrowDown: [0, 0.1],
          }[event.key];
          if (!way) return;
          event.preventDefault();
          turn(way[0], way[1]);
        }}
      />
      <p class="note">{say(words.turn)}</p>
    </>
  );
}

/** A point of the picture and how near it is. */
type See = (x: number, y: number, z: number) => readonly [u: number, v: number, depth: number];

function viewFrom(turned: number, tilted: number): See {
  const [sin, cos] = [Math.sin(turned), Math.cos(turned)];
  const [up, flat] = [Math.sin(tilted), Math.cos(tilted)];
  const scale = 345;
  return (x, y, z) => {
    const [a, b] = [x - 0.5, y - 0.5];
    const [right, away] = [a * cos - b * sin, a * sin + b * cos];
    const high = (z - 0.4) * 0.55;
    return [
      width / 2 + right * scale,
      height / 2 + 14 + (away * up - high * flat) * scale,
      away * flat + high * up,
    ];
  };
}

function drawCells(
  context: CanvasRenderingContext2D,
  z: ArrayLike<number>,
  size: number,
  see: See,
  colors: Colors,
): void {
  const top = (x: number, y: number): number => Math.min(1, z[y * size + x]);
  const cells: { depth: number; corners: (readonly [number, number, number])[]; mean: number }[] =
    [];
  for (let y = 0; y + 1 < size; y++) {
    for (let x = 0; x + 1 < size; x++) {
      // What lies above the picture is left away, as a bowl's rim is.
      if (z[y * size + x] > 1.05) continue;
      const places = [
        [x, y],
        [x + 1, y],
        [x + 1, y + 1],
        [x, y + 1],
      ];
      const corners = places.map(([a, b]) => see(a / (size - 1), b / (size - 1), top(a, b)));
      const mean = places.reduce((sum, [a, b]) => sum + top(a, b), 0) / 4;
      cells.push({ depth: corners.reduce((sum, [, , d]) => sum + d, 0), corners, mean });
    }
  }
  cells.sort((a, b) => a.depth - b.depth);
  context.lineWidth = 0.6;
  for (const { corners, mean } of cells) {
    context.beginPath();
    corners.forEach(([u, v], i) => {
      if (i === 0) context.moveTo(u, v);
      else context.lineTo(u, v);
    });
    context.closePath();
    context.fillStyle = css(colors(mean));
    context.strokeStyle = 'rgb(255 255 255 / 35%)';
    context.fill();
    context.stroke();
  }
}

function drawWay(context: CanvasRenderingContext2D, { color, points }: Way, see: See): void {
  // A little above the surface, so that it is not hidden in it.
  const seen = points
    .filter((point) => point.every((value) => Number.isFinite(value) && Math.abs(value) < 30))
    .map(([x, y, z]) => see(x, y, Math.min(z, 1.3) + 0.015));
  for (const [style, line] of [
    ['#fff', 5.5],
    [color, 3.2],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = line;
    context.lineJoin = 'round';
    context.beginPath();
    seen.forEach(([u, v], i) => {
      if (i === 0) context.moveTo(u, v);
      else context.lineTo(u, v);
    });
    context.stroke();
  }
  const last = seen.at(-1);
  if (!last || seen.length < points.length) return;
  context.fillStyle = color;
  context.strokeStyle = '#fff';
  context.lineWidth = 3;
  context.beginPath();
  context.arc(last[0], last[1], 10, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}
