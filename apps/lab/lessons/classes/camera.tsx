import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { engineOf } from '../../engine/client.ts';
import { fitPicture } from '../../engine/fit-picture.ts';
import { series } from '../../parts/colors.ts';
import { Button, Card } from '../../parts/controls.tsx';
import { openCamera, pixelsOf } from '../../parts/photo.tsx';
import { say } from '../../shell/language.ts';
import type { Guess } from './engine.ts';
import { side } from './own-classes.ts';
import { paint } from './seen.tsx';
import { text } from './text.ts';

const engine = engineOf<typeof import('./engine.ts')>('classes');

/** Gives what the camera sees at this moment; null while it is off. */
export type Snap = () => ImageData | null;

/** What the camera sees and, after training, what the network says of it. */
export function Camera({
  on,
  snap,
  names,
  trained,
  error,
}: {
  readonly on: Signal<boolean>;
  readonly snap: { current: Snap };
  readonly names: readonly string[];
  readonly trained: boolean;
  readonly error: Signal<Error | null>;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const guess = useSignal<Guess | null>(null);
  useEffect(() => {
    if (!on.value) return;
    let stream: MediaStream | null = null;
    let gone = false;
    openCamera().then(
      (opened) => {
        stream = opened;
        if (gone) stop();
        else if (video.current) video.current.srcObject = opened;
      },
      (reason: Error) => {
        error.value = reason;
        on.value = false;
      },
    );
    const stop = (): void => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    snap.current = () => {
      const { current } = video;
      if (!current || current.videoWidth === 0) return null;
      return fitPicture(pixelsOf(current, current.videoWidth, current.videoHeight), side, side);
    };
    return () => {
      gone = true;
      snap.current = () => null;
      stop();
    };
  }, [on.value]);
  useEffect(() => {
    guess.value = null;
    if (!on.value || !trained) return;
    let gone = false;
    const watch = async (): Promise<void> => {
      while (!gone) {
        const picture = snap.current();
        try {
          if (picture) guess.value = await engine.guess(picture);
        } catch (reason) {
          error.value = reason as Error;
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, 120));
      }
    };
    void watch();
    return () => {
      gone = true;
    };
  }, [on.value, trained]);
  useEffect(() => {
    const context = overlay.current?.getContext('2d');
    context?.clearRect(0, 0, side, side);
    if (context && guess.value) paint(context, guess.value, side, side);
  }, [guess.value]);
  return (
    <Card title={say(text.camera)} note={say(trained ? text.liveNote : text.cameraNote)}>
      <div class="row">
        <Button
          onClick={() => {
            error.value = null;
            on.value = !on.value;
          }}
        >
          {say(on.value ? text.stop : text.start)}
        </Button>
      </div>
      {on.value && (
        <div class="viewer">
          <video ref={video} autoPlay muted playsInline />
          <canvas
            ref={overlay}
            width={side}
            height={side}
            role="img"
            aria-label={say(text.liveNote)}
          />
        </div>
      )}
      {on.value && guess.value && (
        <div class="live">
          <Shares names={names} shares={guess.value.shares} />
        </div>
      )}
    </Card>
  );
}

/** How much the network believes in each class. */
export function Shares({
  names,
  shares,
}: {
  readonly names: readonly string[];
  readonly shares: Float32Array;
}) {
  return (
    <ol class="class-shares">
      {names.map((name, i) => (
        <li key={`${i} ${name}`}>
          <span>{name}</span>
          <i>
            <b
              style={{
                width: `${100 * (shares[i] ?? 0)}%`,
                background: series[i % series.length],
              }}
            />
          </i>
          <span>{Math.round(100 * (shares[i] ?? 0))} %</span>
        </li>
      ))}
    </ol>
  );
}
