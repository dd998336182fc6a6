import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { say } from '../shell/language.ts';

/** A line of the pen, as shares of the pad's side. */
export type Stroke = readonly (readonly [x: number, y: number])[];

const words = {
  label: {
    en: 'Drawing pad. With the keyboard: arrow keys move the pen, space puts it down and lifts it, Backspace takes a line back.',
    zh: '画板。用键盘时：方向键移动笔，空格键落笔和抬笔，退格键撤销一笔。',
  },
};

const side = 480;
/** Side of the picture that is handed on. */
const small = 112;

/** Paper to draw on with mouse, finger, pen or keys. `onDraw` hears of each change, with the picture in grey. */
export function Pad({
  strokes,
  pen,
  onDraw,
}: {
  readonly strokes: Signal<readonly Stroke[]>;
  /** Width of the pen, as a share of the side. */
  readonly pen: number;
  readonly onDraw: (picture: { width: number; height: number; data: Float32Array } | null) => void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const active = useRef<[number, number][] | null>(null);
  const frame = useRef(0);
  const cursor = useSignal<readonly [number, number] | null>(null);
  const penDown = useSignal(false);

  const all = (): readonly Stroke[] =>
    active.current ? [...strokes.peek(), active.current] : strokes.peek();

  const paint = (): void => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    drawStrokes(context, side, all(), pen);
    if (cursor.value) {
      const [x, y] = cursor.value;
      context.strokeStyle = penDown.value ? '#c85a00' : '#1c5d99';
      context.lineWidth = 3;
      context.beginPath();
      context.arc(x * side, y * side, (pen * side) / 2 + 4, 0, 2 * Math.PI);
      context.stroke();
    }
  };
  const changed = (): void => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      paint();
      onDraw(all().length > 0 ? picture(all(), pen) : null);
    });
  };
  useEffect(changed, [strokes.value, pen, cursor.value, penDown.value]);

  const finish = (): void => {
    if (!active.current) return;
    const stroke = active.current;
    active.current = null;
    strokes.value = [...strokes.value, stroke];
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[
      event.key
    ];
    if (event.key === 'Backspace') {
      finish();
      penDown.value = false;
      strokes.value = strokes.value.slice(0, -1);
    } else if (event.key === ' ') {
      const at = cursor.value ?? [0.5, 0.5];
      cursor.value = at;
      if (penDown.value) finish();
      else active.current = [[at[0], at[1]]];
      penDown.value = !penDown.value;
    } else if (step) {
      const [x, y] = cursor.value ?? [0.5, 0.5];
      const inside = (value: number): number => Math.min(0.97, Math.max(0.03, value));
      const next = [inside(x + step[0] * 0.03), inside(y + step[1] * 0.03)] as [number, number];
      cursor.value = next;
      if (penDown.value) active.current?.push(next);
    } else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: its keys draw
    <canvas
      ref={canvas}
      class="pad"
      width={side}
      height={side}
      tabIndex={0}
      role="application"
      aria-label={say(words.label)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        cursor.value = null;
        active.current = [placeOn(event.currentTarget, event)];
        changed();
      }}
      onPointerMove={(event) => {
        if (!active.current || penDown.value) return;
        // Between two frames a fast pen has been at more places than one.
        const { currentTarget } = event;
        const events = event.getCoalescedEvents?.() ?? [];
        for (const one of events.length > 0 ? events : [event]) {
          active.current.push(placeOn(currentTarget, one));
        }
        changed();
      }}
      onPointerUp={finish}
      onPointerCancel={finish}
      onKeyDown={onKey}
      onBlur={() => {
        finish();
        penDown.value = false;
        cursor.value = null;
      }}
    />
  );
}

/** Where a pointer is, as shares of the pad's sides. */
function placeOn(pad: HTMLElement, { clientX, clientY }: PointerEvent): [number, number] {
  const box = pad.getBoundingClientRect();
  return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
}

function drawStrokes(
  context: CanvasRenderingContext2D,
  size: number,
  strokes: readonly Stroke[],
  pen: number,
): void {
  context.fillStyle = '#fff';
  context.fillRect(0, 0, size, size);
  context.strokeStyle = '#141c28';
  context.fillStyle = '#141c28';
  context.lineWidth = pen * size;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const stroke of strokes) {
    const [[x, y], ...rest] = stroke;
    context.beginPath();
    context.moveTo(x * size, y * size);
    if (rest.length === 0) context.lineTo(x * size + 0.01, y * size);
    for (const [a, b] of rest) context.lineTo(a * size, b * size);
    context.stroke();
  }
}

/** The strokes as brightness, 0 black to 1 white. */
function picture(strokes: readonly Stroke[], pen: number) {
  const sheet = new OffscreenCanvas(small, small);
  const context = sheet.getContext('2d') as unknown as CanvasRenderingContext2D;
  drawStrokes(context, small, strokes, pen);
  return greyOf(context.getImageData(0, 0, small, small));
}

/** Brightness of a picture's points. */
export function greyOf({ width, height, data }: ImageData): {
  width: number;
  height: number;
  data: Float32Array;
} {
  const grey = new Float32Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    // Weights of ITU-R BT.601; what is transparent lies on white paper.
    const [r, g, b, a] = data.subarray(4 * i, 4 * i + 4);
    grey[i] = ((0.299 * r + 0.587 * g + 0.114 * b) * a + 255 * (255 - a)) / (255 * 255);
  }
  return { width, height, data: grey };
}
