import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { engineOf } from '../../engine/client.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import { heat, ink } from '../../parts/colors.ts';
import { Button, Card, Slider } from '../../parts/controls.tsx';
import { drawn } from '../../parts/kept.ts';
import { Matrix } from '../../parts/matrix.tsx';
import { greyOf, Pad, type Stroke } from '../../parts/pad.tsx';
import { Photo, readPicture } from '../../parts/photo.tsx';
import { between, useSetting } from '../../shell/address.ts';
import { say } from '../../shell/language.ts';
import { Lesson } from '../../shell/lesson.tsx';
import { Trouble } from '../../shell/trouble.tsx';
import { code } from './code.ts';
import type { FeatureMaps } from './engine.ts';
import { Keep } from './keep.tsx';
import { Probabilities } from './probabilities.tsx';
import { text } from './text.ts';
import './style.css';

const engine = engineOf<typeof import('./engine.ts')>('draw');

type Grey = ReturnType<typeof greyOf>;
const blank = new Uint8Array(784);

/** Lesson 1: a digit is read while it is drawn. */
export default function DrawPage() {
  const pen = useSetting('pen', 7, between(3, 14));
  const strokes = useSignal<readonly Stroke[]>([]);
  const picture = useSignal<Grey | null>(null);
  const photo = useSignal<ImageData | null>(null);
  const error = useSignal<Error | null>(null);
  // Counts what the network has learned: the picture is then read anew.
  const taught = useSignal(0);
  const shown = photo.value ? greyOf(photo.value) : picture.value;
  const reading = useAnswer(
    () => (shown ? engine.read(shown) : null),
    [photo.value, picture.value, taught.value],
  );
  const value = shown ? reading.value : null;
  useEffect(() => {
    if (value) drawn.value = value.pixels;
  }, [value]);

  const take = (pixels: ImageData): void => {
    strokes.value = [];
    picture.value = null;
    photo.value = pixels;
  };
  const takeFile = async (file: File | null | undefined): Promise<void> => {
    if (!file) return;
    error.value = null;
    try {
      take(await readPicture(file));
    } catch (reason) {
      error.value = reason as Error;
    }
  };
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      void takeFile([...(event.clipboardData?.files ?? [])][0]);
    };
    const over = (event: DragEvent): void => event.preventDefault();
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      void takeFile(event.dataTransfer?.files[0]);
    };
    addEventListener('paste', paste);
    addEventListener('dragover', over);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('paste', paste);
      removeEventListener('dragover', over);
      removeEventListener('drop', drop);
    };
  }, []);
  const clear = (): void => {
    strokes.value = [];
    photo.value = null;
    picture.value = null;
    error.value = null;
  };

  return (
    <Lesson title={text.title} see={text.see} question={text.question} code={code}>
      <section class="card draw-pad">
        <h2>{say(text.pad)}</h2>
        {photo.value ? (
          <PhotoView pixels={photo.value} />
        ) : (
          <Pad
            strokes={strokes}
            pen={pen.value / 100}
            onDraw={(drawing) => {
              picture.value = drawing;
              if (drawing) error.value = null;
            }}
          />
        )}
        <div class="row tools">
          <Button kind="main" onClick={clear}>
            {say(text.clear)}
          </Button>
          <Button
            disabled={strokes.value.length === 0}
            onClick={() => {
              strokes.value = strokes.value.slice(0, -1);
            }}
          >
            {say(text.undo)}
          </Button>
          <Photo
            onPicture={take}
            onError={(reason) => {
              error.value = reason;
            }}
          />
        </div>
        <Slider label={text.pen} value={pen} min={3} max={14} format={(n) => `${n} %`} />
        <p class="note">{say(text.orPaste)}</p>
        <Trouble error={error.value} />
      </section>
      <Card title={say(text.believes)}>
        <div class="draw-result">
          <div>
            <Matrix
              values={Float32Array.from(value?.pixels ?? blank, (byte) => byte / 255)}
              width={28}
              height={28}
              colors={ink}
              label={say(text.sees)}
            />
            <p class="note">
              <b>{say(text.sees)}.</b> {say(text.seesNote)}
            </p>
          </div>
          <Probabilities values={value?.probabilities ?? null} />
        </div>
        {shown && <Trouble error={reading.error} />}
        <Keep
          pixels={value?.pixels ?? null}
          onTaught={() => {
            taught.value++;
          }}
        />
      </Card>
      <Card wide title={say(text.maps)} note={say(text.mapsNote)}>
        {(value?.maps ?? empty).map((maps) => (
          <MapRow key={maps.layer} {...maps} />
        ))}
      </Card>
    </Lesson>
  );
}

/** Layers before there is anything to see in them. */
const empty: readonly FeatureMaps[] = [
  ['conv1', 28, 8],
  ['pool1', 14, 8],
  ['conv2', 12, 16],
  ['pool2', 6, 16],
].map(([layer, side, count]) => ({
  layer: layer as string,
  width: side as number,
  height: side as number,
  maps: Array.from({ length: count as number }, () => new Float32Array((side as number) ** 2)),
  largest: 1,
}));

function MapRow({ layer, width, height, maps, largest }: FeatureMaps) {
  const name = text.layer[layer] ? say(text.layer[layer]) : layer;
  return (
    <>
      <h3>{name}</h3>
      <div class="maps">
        {maps.map((map, i) => (
          <Matrix
            key={i}
            values={map}
            width={width}
            height={height}
            range={[0, largest]}
            colors={heat}
            label={say(text.channel, { layer: name, n: i + 1 })}
          />
        ))}
      </div>
    </>
  );
}

function PhotoView({ pixels }: { readonly pixels: ImageData }) {
  return (
    <canvas
      class="pad photo"
      width={pixels.width}
      height={pixels.height}
      ref={(canvas) => {
        canvas?.getContext('2d')?.putImageData(pixels, 0, 0);
      }}
    />
  );
}
