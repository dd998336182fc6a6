import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { engineOf } from '../../engine/client.ts';
import { Button, Card } from '../../parts/controls.tsx';
import { offerFile } from '../../parts/offer-file.ts';
import { say } from '../../shell/language.ts';
import { Trouble } from '../../shell/trouble.tsx';
import type { Opened } from './engine.ts';
import type { SavedFormat } from './save-formats.ts';
import { text } from './text.ts';

const engine = engineOf<typeof import('./engine.ts')>('train');
const formats: readonly SavedFormat[] = ['h5', 'keras', 'pdparams', 'safetensors'];

/** Saves the network that was trained, and opens others. */
export function Files({
  data,
  ready,
  onOpened,
}: {
  readonly data: 'mnist' | 'fashion-mnist';
  readonly ready: boolean;
  readonly onOpened: (opened: Opened) => void;
}) {
  const error = useSignal<Error | null>(null);
  const busy = useSignal(false);
  const opened = useSignal<Opened | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    error.value = null;
    busy.value = true;
    try {
      await work();
    } catch (reason) {
      error.value = reason as Error;
    }
    busy.value = false;
  };
  const open = (file: File | undefined): void => {
    if (!file) return;
    opened.value = null;
    void attempt(async () => {
      opened.value = await engine.open(file, data);
      onOpened(opened.value);
    });
  };
  return (
    <Card wide title={say(text.files)} note={say(text.filesNote)}>
      <div class="row">
        <span>{say(text.saveAs)}</span>
        {formats.map((format) => (
          <Button
            key={format}
            kind="small"
            disabled={!ready || busy.value}
            onClick={() =>
              void attempt(async () => offerFile(`model.${format}`, await engine.save(format)))
            }
          >
            .{format}
          </Button>
        ))}
        <input
          ref={input}
          class="hidden"
          type="file"
          tabIndex={-1}
          aria-label={say(text.open)}
          accept=".h5,.hdf5,.keras,.safetensors"
          onChange={({ currentTarget }) => {
            open(currentTarget.files?.[0]);
            currentTarget.value = '';
          }}
        />
        <Button disabled={busy.value} onClick={() => input.current?.click()}>
          {say(busy.value ? text.busy : text.open)}
        </Button>
      </div>
      <Trouble error={error.value} />
      {opened.value && (
        <>
          <h3>{say(text.opened, { name: opened.value.name })}</h3>
          <div class="scroll">
            <table class="stack-table opened">
              <tbody>
                {opened.value.layers.map(({ name, kind, shape, parameters }) => (
                  <tr key={name}>
                    <td>{name}</td>
                    <td>{kind}</td>
                    <td>{shape.join(' × ')}</td>
                    <td class="number">{parameters.toLocaleString('en')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Card>
  );
}
