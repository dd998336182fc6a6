import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { engineOf } from '../engine/client.ts';
import { Trouble } from '../shell/trouble.tsx';
import { Choice } from './controls.tsx';
import { drawn } from './kept.ts';
import { Photo } from './photo.tsx';

const engine = engineOf<typeof import('../engine/shared/pictures.ts')>('pictures');

const words = {
  picture: { en: 'Picture', zh: '图片' },
  own: { en: 'your own', zh: '您写的' },
  photo: { en: 'photo', zh: '照片' },
};

/** A picture to compute with: values from 0 to 1, row by row, channels last. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** Side of the square that photos are made. */
const side = 32;

/**
 * Chooses a picture: one of ten digits, the learner's own from lesson 1, a photo. `chosen` is what the address keeps;
 * `colored` photos keep their three channels.
 */
export function PictureSource({
  chosen,
  picture,
  colored = false,
}: {
  readonly chosen: Signal<string>;
  readonly picture: Signal<Picture | null>;
  readonly colored?: boolean;
}) {
  const samples = useSignal<Uint8Array | null>(null);
  const photo = useSignal<Picture | null>(null);
  const error = useSignal<Error | null>(null);
  useEffect(() => {
    engine.digits().then(
      (bytes) => {
        samples.value = bytes;
      },
      (reason: Error) => {
        error.value = reason;
      },
    );
  }, []);
  useEffect(() => {
    const digit = Number(chosen.value);
    if (chosen.value === 'photo') {
      if (photo.value) picture.value = photo.value;
    } else if (chosen.value === 'own' && drawn.value) picture.value = digitPicture(drawn.value);
    else if (samples.value) {
      const at = (Number.isNaN(digit) ? 3 : digit) * 10 * 784;
      picture.value = digitPicture(samples.value.subarray(at, at + 784));
    }
  }, [chosen.value, samples.value, photo.value]);
  const options = [
    ...Array.from({ length: 10 }, (_, digit) => [String(digit), String(digit)] as const),
    ...(drawn.value ? [['own', words.own] as const] : []),
    ...(photo.value ? [['photo', words.photo] as const] : []),
  ];
  return (
    <div class="picture-source">
      <Choice label={words.picture} value={chosen} options={options} />
      <div class="row">
        <Photo
          onPicture={(pixels) => {
            photo.value = squarePicture(pixels, colored);
            chosen.value = 'photo';
          }}
          onError={(reason) => {
            error.value = reason;
          }}
        />
      </div>
      <Trouble error={error.value} />
    </div>
  );
}

const digitPicture = (pixels: Uint8Array): Picture => ({
  width: 28,
  height: 28,
  channels: 1,
  data: Float32Array.from(pixels, (value) => value / 255),
});

/** The middle square of a photo, made small. */
function squarePicture(pixels: ImageData, colored: boolean): Picture {
  const sheet = new OffscreenCanvas(pixels.width, pixels.height);
  sheet.getContext('2d')?.putImageData(pixels, 0, 0);
  const least = Math.min(pixels.width, pixels.height);
  const small = new OffscreenCanvas(side, side).getContext(
    '2d',
  ) as OffscreenCanvasRenderingContext2D;
  small.imageSmoothingQuality = 'high';
  const [x, y] = [(pixels.width - least) / 2, (pixels.height - least) / 2];
  small.drawImage(sheet, x, y, least, least, 0, 0, side, side);
  const { data } = small.getImageData(0, 0, side, side);
  const channels = colored ? 3 : 1;
  const values = new Float32Array(side * side * channels);
  for (let i = 0; i < side * side; i++) {
    const [r, g, b] = data.subarray(4 * i, 4 * i + 3);
    if (colored) values.set([r / 255, g / 255, b / 255], 3 * i);
    else values[i] = (0.299 * r + 0.587 * g + 0.114 * b) / 255;
  }
  return { width: side, height: side, channels, data: values };
}

/** One channel of a picture. */
export const channelOf = ({ width, height, channels, data }: Picture, channel: number) =>
  Float32Array.from({ length: width * height }, (_, i) => data[i * channels + channel]);
