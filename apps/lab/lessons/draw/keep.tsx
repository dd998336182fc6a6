import { useSignal } from '@preact/signals';
import { engineOf } from '../../engine/client.ts';
import { Button } from '../../parts/controls.tsx';
import { dropDigit, dropDigits, keepDigit, kept } from '../../parts/kept.ts';
import { say } from '../../shell/language.ts';
import { Trouble } from '../../shell/trouble.tsx';
import { text } from './text.ts';

const engine = engineOf<typeof import('./engine.ts')>('draw');

/** "It was a 7": keeps digits with their names and lets the network learn from them. */
export function Keep({
  pixels,
  onTaught,
}: {
  readonly pixels: Uint8Array | null;
  readonly onTaught: () => void;
}) {
  const error = useSignal<Error | null>(null);
  const busy = useSignal(false);
  const result = useSignal<{ n: number; before: number; after: number } | null>(null);
  const attempt = (work: () => void): void => {
    error.value = null;
    result.value = null;
    try {
      work();
    } catch (reason) {
      error.value = reason as Error;
    }
  };
  const learn = async (): Promise<void> => {
    busy.value = true;
    error.value = null;
    const n = kept.value.length;
    try {
      result.value = { n, ...(await engine.learn(kept.value)) };
      onTaught();
    } catch (reason) {
      error.value = reason as Error;
    }
    busy.value = false;
  };
  const count = kept.value.length;
  return (
    <div class="keep">
      <div class="row">
        <span>{say(text.wasA)}</span>
        <span class="digits">
          {Array.from({ length: 10 }, (_, digit) => (
            <button
              key={digit}
              type="button"
              class="button small"
              disabled={!pixels}
              aria-label={`${say(text.wasA)} ${digit}`}
              onClick={() => attempt(() => pixels && keepDigit({ pixels, label: digit }))}
            >
              {digit}
            </button>
          ))}
        </span>
      </div>
      <p class="note">{say(text.keepNote)}</p>
      {count > 0 && (
        <div class="row">
          <b>{say(text.kept, { n: count })}</b>
          <Button kind="small" disabled={busy.value} onClick={() => void learn()}>
            {say(busy.value ? text.learning : text.learn)}
          </Button>
          <Button kind="small" onClick={() => attempt(dropDigit)}>
            {say(text.dropLast)}
          </Button>
          <Button kind="small" onClick={() => attempt(dropDigits)}>
            {say(text.dropAll)}
          </Button>
        </div>
      )}
      {result.value && (
        <output class="row">
          {say(text.learned, result.value)}
          <Button
            kind="small"
            onClick={() => {
              result.value = null;
              engine.forget().then(onTaught);
            }}
          >
            {say(text.reset)}
          </Button>
        </output>
      )}
      <Trouble error={error.value} />
    </div>
  );
}
