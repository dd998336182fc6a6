import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { engineOf } from '../../engine/client.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import { Card, Choice } from '../../parts/controls.tsx';
import { Photo, readPicture } from '../../parts/photo.tsx';
import { say } from '../../shell/language.ts';
import { Trouble } from '../../shell/trouble.tsx';
import type { ImageInput, Scaling } from './engine.ts';
import { text } from './text.ts';

const engine = engineOf<typeof import('./engine.ts')>('open');
const pictures = engineOf<typeof import('../../engine/shared/pictures.ts')>('pictures');

/** Tries the model that is open on pictures. */
export function TryOn({
  image,
  dropped,
  name,
}: {
  readonly image: ImageInput;
  /** A picture that was dropped onto the page. */
  readonly dropped: Signal<File | null>;
  readonly name: string;
}) {
  const isGrey = image.channels === 1;
  const isDigits = isGrey && image.width === 28 && image.height === 28;
  const scaling = useSignal<Scaling>(isDigits ? 'digit' : 'unit');
  const picture = useSignal<ImageData | null>(null);
  const error = useSignal<Error | null>(null);
  const answer = useAnswer(
    () => (picture.value ? engine.tryOn(picture.value, scaling.value) : null),
    [picture.value, scaling.value, name],
  );
  const fail = (reason: Error | null): void => {
    error.value = reason;
  };
  const take = (pixels: ImageData): void => {
    error.value = null;
    picture.value = pixels;
  };
  useEffect(() => {
    if (dropped.value) readPicture(dropped.value).then(take, fail);
  }, [dropped.value]);
  const ways: Scaling[] = [...(isDigits ? ['digit' as const] : []), 'unit', 'signed', 'bytes'];
  return (
    <Card title={say(text.tryIt)} note={say(text.tryNote)}>
      <Choice
        label={text.scaling}
        value={scaling}
        options={ways.map((way) => [way, text.scalings[way]] as const)}
      />
      <div class="row try-buttons">
        <Photo onPicture={take} onError={fail} />
      </div>
      {isGrey && (
        <div class="row digit-buttons">
          <span>{say(text.digit)}</span>
          {Array.from({ length: 10 }, (_, digit) => (
            <button
              key={digit}
              type="button"
              class="button small"
              aria-label={`${say(text.digit)}: ${digit}`}
              onClick={() => void pictures.digits().then((all) => take(digitOf(all, digit)), fail)}
            >
              {digit}
            </button>
          ))}
        </div>
      )}
      <Trouble error={error.value ?? answer.error} />
      {!picture.value && <p class="note">{say(text.noPicture)}</p>}
      {picture.value && answer.value && (
        <div class="tried">
          <Seen image={image} seen={answer.value.seen} />
          <Shares shares={answer.value.shares} />
        </div>
      )}
    </Card>
  );
}

/** A digit of MNIST as a picture: light ink on black, as MNIST has it. */
function digitOf(all: Uint8Array, digit: number): ImageData {
  const pixels = new ImageData(28, 28);
  all.subarray(digit * 7840, digit * 7840 + 784).forEach((value, i) => {
    pixels.data.set([value, value, value, 255], 4 * i);
  });
  return pixels;
}

function Seen({ image, seen }: { readonly image: ImageInput; readonly seen: Float32Array }) {
  const { width, height, channels } = image;
  return (
    <figure>
      <canvas
        class="matrix"
        role="img"
        aria-label={say(text.sees)}
        width={width}
        height={height}
        ref={(canvas) => {
          const pixels = new ImageData(width, height);
          for (let i = 0; i < width * height; i++) {
            const color = [0, 1, 2].map(
              (c) => 255 * seen[channels * i + Math.min(c, channels - 1)],
            );
            pixels.data.set([...color, 255], 4 * i);
          }
          canvas?.getContext('2d')?.putImageData(pixels, 0, 0);
        }}
      />
      <figcaption class="note">{say(text.sees)}</figcaption>
    </figure>
  );
}

/** The likeliest classes. */
function Shares({ shares }: { readonly shares: Float32Array }) {
  const best = Array.from(shares, (share, n) => ({ share, n }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 6);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return (
    <div>
      <p class="verdict-line" aria-live="polite">
        {say(text.answer, { label: best[0].n, share: percent(best[0].share) })}
      </p>
      <ol class="shares">
        {best.map(({ share, n }) => (
          <li key={n}>
            <span>{say(text.class, { n })}</span>
            <i>
              <span style={{ width: `${100 * share}%` }} />
            </i>
            <span>{percent(share)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
