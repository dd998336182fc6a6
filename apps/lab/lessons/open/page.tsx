import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { engineOf } from '../../engine/client.ts';
import { PlainError } from '../../engine/plain-error.ts';
import { Button } from '../../parts/controls.tsx';
import { say } from '../../shell/language.ts';
import { Lesson } from '../../shell/lesson.tsx';
import { Trouble } from '../../shell/trouble.tsx';
import { code } from './code.ts';
import type { Opened } from './engine.ts';
import { LayerGraph } from './layer-graph.tsx';
import { Summary } from './summary.tsx';
import { Tensors } from './tensors.tsx';
import { text } from './text.ts';
import { TryOn } from './try-on.tsx';
import './style.css';

const engine = engineOf<typeof import('./engine.ts')>('open');
const isPicture = (file: File): boolean => /^image\//.test(file.type);

/** Lesson 10: any model is opened and looked at. */
export default function OpenPage() {
  const opened = useSignal<Opened | null>(null);
  const error = useSignal<Error | null>(null);
  const busy = useSignal(false);
  const over = useSignal(false);
  /** A picture that was dropped anywhere, for the model that is open. */
  const picture = useSignal<File | null>(null);
  const input = useRef<HTMLInputElement>(null);

  const attempt = async (work: () => PromiseLike<Opened>): Promise<void> => {
    error.value = null;
    busy.value = true;
    try {
      opened.value = await work();
      picture.value = null;
    } catch (reason) {
      error.value = reason as Error;
    }
    busy.value = false;
  };
  const take = (files: readonly File[]): void => {
    if (files.length === 0) return;
    if (files.length === 1 && isPicture(files[0]) && opened.peek()?.image) {
      error.value = null;
      picture.value = files[0];
    } else void attempt(() => engine.open(files));
  };
  useEffect(() => {
    const hover = (event: DragEvent): void => {
      event.preventDefault();
      over.value = true;
    };
    const leave = (event: DragEvent): void => {
      if (!event.relatedTarget) over.value = false;
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      over.value = false;
      filesOf(event.dataTransfer).then(take, (reason: Error) => {
        error.value = reason;
      });
    };
    addEventListener('dragover', hover);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', hover);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);

  const { value } = opened;
  return (
    <Lesson title={text.title} see={text.see} question={text.question} code={code}>
      <section class={`card wide drop-model ${over.value ? 'over' : ''}`} aria-busy={busy.value}>
        <svg viewBox="0 0 48 48" aria-hidden="true">
          <path d="M24 6v24m-9-9 9 9 9-9M8 32v8h32v-8" />
        </svg>
        <div>
          <h2>{say(busy.value ? text.busy : text.drop)}</h2>
          <p class="note">{say(text.kinds)}</p>
          <div class="row">
            <input
              ref={input}
              class="hidden"
              type="file"
              multiple
              tabIndex={-1}
              aria-label={say(text.choose)}
              onChange={({ currentTarget }) => {
                take([...(currentTarget.files ?? [])]);
                currentTarget.value = '';
              }}
            />
            <Button kind="main" disabled={busy.value} onClick={() => input.current?.click()}>
              {say(text.choose)}
            </Button>
            <Button disabled={busy.value} onClick={() => void attempt(() => engine.openSample())}>
              {say(text.sample)}
            </Button>
          </div>
          <p class="private">{say(text.private)}</p>
          <Trouble error={error.value} />
        </div>
      </section>
      {value && (
        <>
          <Summary opened={value} />
          {value.image && (
            <TryOn key={value.file} image={value.image} dropped={picture} name={value.file} />
          )}
          {value.layers.length > 0 && <LayerGraph key={value.file} layers={value.layers} />}
          {value.tensors.length > 0 && <Tensors key={value.file} tensors={value.tensors} />}
        </>
      )}
    </Lesson>
  );
}

/** Files that were dropped; a folder stands for the files in it. */
async function filesOf(data: DataTransfer | null): Promise<File[]> {
  const entries = [...(data?.items ?? [])]
    .map((item) => item.webkitGetAsEntry?.())
    .filter((entry) => !!entry);
  const folder = entries.find((entry) => entry.isDirectory) as FileSystemDirectoryEntry | undefined;
  if (!folder) return [...(data?.files ?? [])];
  const inside = await new Promise<FileSystemEntry[]>((resolve, reject) =>
    folder.createReader().readEntries(resolve, reject),
  );
  const files = await Promise.all(
    inside
      .filter((entry) => entry.isFile)
      .map(
        (entry) =>
          new Promise<File>((resolve, reject) =>
            (entry as FileSystemFileEntry).file(resolve, reject),
          ),
      ),
  );
  if (files.length > 0) return files;
  throw new PlainError({
    en: `The folder “${folder.name}” has no files.`,
    zh: `文件夹“${folder.name}”里没有文件。`,
  });
}
