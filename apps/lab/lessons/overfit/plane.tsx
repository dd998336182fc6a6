import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type Colors, css } from '../../parts/colors.ts';
import { say } from '../../shell/language.ts';
import type { Point } from './points.ts';
import { text } from './text.ts';

const size = 560;
/** Colours of the two classes. */
export const classColors = ['#0067a8', '#d55e00'] as const;

const ground: Colors = (value) =>
  [0, 1, 2].map((i) => {
    const [low, middle, high] = [
      [126, 179, 222],
      [250, 250, 250],
      [247, 178, 120],
    ];
    const [from, to, t] = value < 0.5 ? [low, middle, 2 * value] : [middle, high, 2 * value - 1];
    return from[i] + (to[i] - from[i]) * t;
  });

/** What the brush does. */
export type Brush = 'zero' | 'one' | 'erase';

/** The plane with its points, painted on, over what the network makes of it. */
export function Plane({
  points,
  brush,
  map,
}: {
  readonly points: Signal<readonly Point[]>;
  readonly brush: Brush;
  /** What the network makes of each place: a square, row by row. */
  readonly map: Float32Array | null;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painting = useRef(false);
  const cursor = useSignal<readonly [number, number] | null>(null);

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.fillStyle = '#fafafa';
    context.fillRect(0, 0, size, size);
    if (map) drawMap(context, map);
    for (const point of points.value) drawPoint(context, point);
    if (cursor.value) {
      const [x, y] = toScreen(...cursor.value);
      context.strokeStyle = '#111';
      context.lineWidth = 2;
      context.strokeRect(x - 9, y - 9, 18, 18);
    }
  });

  const set = (x: number, y: number): void => {
    if (Math.abs(x) > 1 || Math.abs(y) > 1) return;
    const { value: list } = points;
    const near = (reach: number) => (one: Point) => Math.hypot(one.x - x, one.y - y) < reach;
    if (brush === 'erase') points.value = list.filter((one) => !near(0.09)(one));
    else if (list.length < 400 && !list.some(near(0.045))) {
      const label = brush === 'zero' ? 0 : 1;
      // Two that teach, one that tests.
      const train = list.filter((one) => one.label === label).length % 3 !== 2;
      points.value = [...list, { x, y, label, train }];
    }
  };
  const onPointer = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    set(
      (2 * (event.clientX - box.left)) / box.width - 1,
      1 - (2 * (event.clientY - box.top)) / box.height,
    );
  };
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: its keys paint
    <canvas
      ref={canvas}
      class="plane"
      width={size}
      height={size}
      tabIndex={0}
      role="application"
      aria-label={say(text.planeLabel, { n: points.value.length })}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        painting.current = true;
        cursor.value = null;
        onPointer(event);
      }}
      onPointerMove={(event) => {
        if (painting.current) onPointer(event);
      }}
      onPointerUp={() => {
        painting.current = false;
      }}
      onPointerCancel={() => {
        painting.current = false;
      }}
      onBlur={() => {
        cursor.value = null;
      }}
      onKeyDown={(event) => {
        const [x, y] = cursor.value ?? [0, 0];
        const way = {
          ArrowLeft: [-0.05, 0],
          ArrowRight: [0.05, 0],
          ArrowUp: [0, 0.05],
          ArrowDown: [0, -0.05],
        }[event.key];
        if (way) {
          const inside = (value: number): number => Math.min(0.97, Math.max(-0.97, value));
          cursor.value = [inside(x + way[0]), inside(y + way[1])];
        } else if (event.key === ' ') set(x, y);
        else return;
        event.preventDefault();
      }}
    />
  );
}

const toScreen = (x: number, y: number): [number, number] => [
  ((x + 1) / 2) * size,
  ((1 - y) / 2) * size,
];

function drawMap(context: CanvasRenderingContext2D, map: Float32Array): void {
  const side = Math.sqrt(map.length);
  const small = new OffscreenCanvas(side, side);
  const inner = small.getContext('2d') as OffscreenCanvasRenderingContext2D;
  const image = inner.createImageData(side, side);
  map.forEach((value, i) => {
    image.data.set([...ground(value), 255], 4 * i);
  });
  inner.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, size, size);
}

function drawPoint(context: CanvasRenderingContext2D, { x, y, label, train }: Point): void {
  const [u, v] = toScreen(x, y);
  context.beginPath();
  // Shapes differ as well as colours: not everybody sees these apart.
  if (label === 0) context.arc(u, v, 7.5, 0, 2 * Math.PI);
  else context.rect(u - 6.5, v - 6.5, 13, 13);
  context.fillStyle = train ? classColors[label] : css([255, 255, 255]);
  context.strokeStyle = train ? '#fff' : classColors[label];
  context.lineWidth = train ? 1.8 : 3;
  context.fill();
  context.stroke();
}
