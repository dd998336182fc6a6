import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { engineOf } from '../../engine/client.ts';
import { fitPicture } from '../../engine/fit-picture.ts';
import { Button, Card, Select } from '../../parts/controls.tsx';
import { offerFile } from '../../parts/offer-file.ts';
import { useSetting } from '../../shell/address.ts';
import { language, say } from '../../shell/language.ts';
import { Lesson } from '../../shell/lesson.tsx';
import { Trouble } from '../../shell/trouble.tsx';
import { Camera, type Snap } from './camera.tsx';
import { ClassCard } from './class-card.tsx';
import { code } from './code.ts';
import type { BaseFacts, ClassesEvent, Guess, SavedFormat } from './engine.ts';
import { type OwnClass, readPhotos, sampleOf, side } from './own-classes.ts';
import { Seen } from './seen.tsx';
import { text } from './text.ts';
import './style.css';

const engine = engineOf<typeof import('./engine.ts')>('classes');
const formats: readonly SavedFormat[] = ['keras', 'h5', 'safetensors'];
const fewest = 2;
const most = 8;
const small = 'digits';
let classes = 0;

const newClass = (): OwnClass => {
  const id = classes++;
  return { id, name: say(text.firstName, { n: id + 1 }), samples: [] };
};

interface Tried {
  readonly picture: ImageData;
  readonly guess: Guess;
}

/** Lesson 9: a network learns one's own classes. */
export default function ClassesPage() {
  const own = useSignal<readonly OwnClass[]>([]);
  const wanted = useSetting<string>('base', '');
  const bases = useSignal<readonly string[] | null>(null);
  const facts = useSignal<BaseFacts | null>(null);
  const loading = useSignal(false);
  const error = useSignal<Error | null>(null);
  /** What went wrong with the base: it loads by itself, and must not take away what is told of the camera. */
  const baseError = useSignal<Error | null>(null);
  const event = useSignal<ClassesEvent | null>(null);
  const busy = useSignal(false);
  const trainedNames = useSignal<readonly string[] | null>(null);
  const tried = useSignal<readonly Tried[]>([]);
  const cameraOn = useSignal(false);
  const snap = useRef<Snap>(() => null);
  const [baseFile, tryFiles] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];

  const attempt = async (work: () => Promise<void>, trouble = error): Promise<void> => {
    trouble.value = null;
    try {
      await work();
    } catch (reason) {
      trouble.value = reason as Error;
    }
  };
  const takeBase = (work: () => PromiseLike<BaseFacts>): Promise<void> =>
    attempt(async () => {
      loading.value = true;
      trainedNames.value = null;
      tried.value = [];
      event.value = null;
      try {
        facts.value = await work();
      } finally {
        loading.value = false;
      }
    }, baseError);
  useEffect(() => {
    classes = 0;
    own.value = [newClass(), newClass()];
    void attempt(async () => {
      const names = await engine.bases();
      bases.value = names;
      if (![...names, small].includes(wanted.value)) wanted.value = names[0] ?? small;
    }, baseError);
  }, []);
  useEffect(() => {
    if (bases.value && wanted.value) void takeBase(() => engine.choose(wanted.value));
  }, [bases.value, wanted.value]);
  const change = (id: number, how: (own: OwnClass) => OwnClass): void => {
    own.value = own.value.map((one) => (one.id === id ? how(one) : one));
  };
  const addSnap = (id: number): void => {
    const pixels = snap.current();
    if (pixels) {
      change(id, (one) => ({ ...one, samples: [...one.samples, sampleOf(pixels)] }));
    } else cameraOn.value = true;
  };
  const train = (): Promise<void> =>
    attempt(async () => {
      busy.value = true;
      tried.value = [];
      const names = own.value.map(({ name }) => name);
      try {
        const samples = own.value.map((one) => one.samples);
        for await (const step of engine.train(samples, names)) event.value = step;
        trainedNames.value = names;
      } finally {
        busy.value = false;
      }
    });
  const tryPhotos = (files: readonly File[]): Promise<void> =>
    attempt(async () => {
      tried.value = [];
      const { pictures } = await readPhotos(files);
      for (const pixels of pictures) {
        const picture = fitPicture(pixels, side, side);
        tried.value = [...tried.value, { picture, guess: await engine.guess(picture) }];
      }
    });

  const names = trainedNames.value ?? own.value.map(({ name }) => name);
  const trained = trainedNames.value !== null && !busy.value;
  const ready =
    facts.value !== null && !loading.value && own.value.every(({ samples }) => samples.length > 0);
  return (
    <Lesson title={text.title} see={text.see} question={text.question} code={code}>
      <Card title={say(text.classes)}>
        {own.value.map((one, index) => (
          <ClassCard
            key={one.id}
            own={one}
            index={index}
            error={error}
            onChange={(how) => change(one.id, how)}
            onSnap={() => addSnap(one.id)}
            {...(own.value.length > fewest && {
              onRemove: () => {
                own.value = own.value.filter(({ id }) => id !== one.id);
              },
            })}
          />
        ))}
        <Button
          kind="small"
          disabled={own.value.length >= most}
          onClick={() => {
            own.value = [...own.value, newClass()];
          }}
        >
          {say(text.add)}
        </Button>
      </Card>
      <div class="card-column">
        <Camera on={cameraOn} snap={snap} names={names} trained={trained} error={error} />
        <Card title={say(text.learn)}>
          <div class="row">
            {bases.value && (
              <Select
                label={text.base}
                value={wanted}
                options={[...bases.value, small].map(
                  (name) => [name, text.baseNames[name] ?? name] as const,
                )}
              />
            )}
            <input
              ref={baseFile}
              class="hidden"
              type="file"
              tabIndex={-1}
              aria-label={say(text.openBase)}
              onChange={({ currentTarget }) => {
                const file = currentTarget.files?.[0];
                if (file) void takeBase(() => engine.openBase(file));
                currentTarget.value = '';
              }}
            />
            <Button kind="small" onClick={() => baseFile.current?.click()}>
              {say(text.openBase)}
            </Button>
          </div>
          {bases.value?.length === 0 && <p class="note">{say(text.noHub)}</p>}
          <p class="note">
            {loading.value && say(text.loadingBase)}
            {!loading.value &&
              facts.value &&
              say(text.facts, {
                side: facts.value.side,
                features: facts.value.features.toLocaleString('en'),
                parameters: ((facts.value.features + 1) * own.value.length).toLocaleString('en'),
              })}
          </p>
          <div class="row">
            <Button kind="main" disabled={!ready || busy.value} onClick={() => void train()}>
              {say(text.train)}
            </Button>
            <output>{say(...progress(event.value, ready))}</output>
          </div>
          <Trouble error={baseError.value} />
          <Trouble error={error.value} />
          <h3>{say(text.saveAs)}</h3>
          <div class="row">
            {formats.map((format) => (
              <Button
                key={format}
                kind="small"
                disabled={!trained}
                onClick={() =>
                  void attempt(async () =>
                    offerFile(`classes.${format}`, await engine.save(format)),
                  )
                }
              >
                .{format}
              </Button>
            ))}
          </div>
          <p class="note">{say(text.saveNote)}</p>
        </Card>
      </div>
      <Card wide title={say(text.tryIt)} note={say(text.tryNote)}>
        <div class="row">
          <input
            ref={tryFiles}
            class="hidden"
            type="file"
            multiple
            accept="image/*"
            tabIndex={-1}
            aria-label={say(text.tryPhotos)}
            onChange={({ currentTarget }) => {
              void tryPhotos([...(currentTarget.files ?? [])]);
              currentTarget.value = '';
            }}
          />
          <Button disabled={!trained} onClick={() => tryFiles.current?.click()}>
            {say(text.tryPhotos)}
          </Button>
          {!trained && <span class="note">{say(text.trainFirst)}</span>}
        </div>
        <div class="tried-photos" lang={language.value}>
          {tried.value.map(({ picture, guess }, i) => {
            const best = guess.shares.indexOf(Math.max(...guess.shares));
            const told = say(text.told, {
              name: names[best] ?? '',
              share: Math.round(100 * guess.shares[best]),
            });
            return (
              <figure key={`${i + 1}`}>
                <Seen picture={picture} guess={guess} label={told} />
                <figcaption>{told}</figcaption>
              </figure>
            );
          })}
        </div>
      </Card>
    </Lesson>
  );
}

function progress(event: ClassesEvent | null, ready: boolean): Parameters<typeof say> {
  if (event?.kind === 'features') return [text.features, { done: event.done, total: event.total }];
  if (event?.kind === 'epoch') {
    return [text.epoch, { epoch: event.epoch, loss: event.loss.toFixed(3) }];
  }
  if (event?.kind === 'done') {
    return [
      text.done,
      { seconds: event.seconds.toFixed(1), share: Math.round(100 * event.accuracy) },
    ];
  }
  return ready ? [{ en: '', zh: '' }] : [text.needMore];
}
