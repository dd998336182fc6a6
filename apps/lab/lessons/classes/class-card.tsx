import { type Signal, useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { PlainError } from '../../engine/plain-error.ts';
import { series } from '../../parts/colors.ts';
import { Button } from '../../parts/controls.tsx';
import { say } from '../../shell/language.ts';
import { type OwnClass, readPhotos, sampleOf } from './own-classes.ts';
import { text } from './text.ts';

/** Photos that are shown small; the others are counted. */
const shown = 18;

/** A class: its name, its photos, and where they come from. */
export function ClassCard({
  own,
  index,
  error,
  onChange,
  onSnap,
  onRemove,
}: {
  readonly own: OwnClass;
  readonly index: number;
  readonly error: Signal<Error | null>;
  readonly onChange: (change: (own: OwnClass) => OwnClass) => void;
  readonly onSnap: () => void;
  /** Absent where no class can be spared. */
  readonly onRemove?: () => void;
}) {
  const id = useId();
  const [photos, folder] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];
  const over = useSignal(false);
  const take = async (files: readonly File[]): Promise<void> => {
    error.value = null;
    const { pictures, skipped } = await readPhotos(files);
    onChange((before) => ({ ...before, samples: [...before.samples, ...pictures.map(sampleOf)] }));
    if (skipped === 0) return;
    const told = (sentence: string): string => sentence.replace('{n}', String(skipped));
    error.value = new PlainError({ en: told(text.skipped.en), zh: told(text.skipped.zh) });
  };
  return (
    <fieldset
      class={`own-class ${over.value ? 'over' : ''}`}
      style={{ '--color': series[index % series.length] }}
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => {
        over.value = false;
      }}
      onDrop={(event) => {
        event.preventDefault();
        over.value = false;
        void take([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <legend class="hidden">{own.name}</legend>
      <div class="row">
        <label class="hidden" for={id}>
          {say(text.name, { n: index + 1 })}
        </label>
        <input
          id={id}
          type="text"
          maxLength={40}
          value={own.name}
          onInput={({ currentTarget: { value } }) =>
            onChange((before) => ({ ...before, name: value }))
          }
        />
        <b>{say(text.count, { n: own.samples.length })}</b>
        {onRemove && (
          <button
            type="button"
            class="move"
            aria-label={say(text.remove, { name: own.name })}
            onClick={onRemove}
          >
            ✕
          </button>
        )}
      </div>
      <div class="row">
        {([photos, folder] as const).map((input, i) => (
          <input
            key={i}
            ref={input}
            class="hidden"
            type="file"
            multiple
            accept="image/*"
            tabIndex={-1}
            aria-label={`${own.name}: ${say(i === 0 ? text.photos : text.folder)}`}
            {...(i === 1 ? { webkitdirectory: true } : {})}
            onChange={({ currentTarget }) => {
              void take([...(currentTarget.files ?? [])]);
              currentTarget.value = '';
            }}
          />
        ))}
        <Button kind="small" onClick={() => photos.current?.click()}>
          {say(text.photos)}
        </Button>
        <Button kind="small" onClick={() => folder.current?.click()}>
          {say(text.folder)}
        </Button>
        <Button kind="small" onClick={onSnap}>
          {say(text.snap)}
        </Button>
        {own.samples.length > 0 && (
          <Button kind="small" onClick={() => onChange((before) => ({ ...before, samples: [] }))}>
            {say(text.clear)}
          </Button>
        )}
      </div>
      {own.samples.length === 0 && <p class="note">{say(text.dropHere)}</p>}
      <div class="thumbs" aria-hidden="true">
        {own.samples.slice(0, shown).map(({ id: key, picture }) => (
          <Thumb key={key} picture={picture} />
        ))}
        {own.samples.length > shown && <span>+{own.samples.length - shown}</span>}
      </div>
    </fieldset>
  );
}

function Thumb({ picture }: { readonly picture: ImageData }) {
  return (
    <canvas
      width={picture.width}
      height={picture.height}
      ref={(canvas) => {
        canvas?.getContext('2d')?.putImageData(picture, 0, 0);
      }}
    />
  );
}
