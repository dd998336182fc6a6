import { useSignal } from '@preact/signals';
import { say } from '../shell/language.ts';
import { Button } from './controls.tsx';

const words = {
  title: { en: 'The same as code', zh: '同样的事，用代码' },
  keras: { en: "Keras' way", zh: 'Keras 的写法' },
  paddle: { en: "Paddle's way", zh: '飞桨的写法' },
  copy: { en: 'Copy', zh: '复制' },
  copied: { en: 'Copied', zh: '已复制' },
  select: { en: 'Selected: press Ctrl+C', zh: '已选中：请按 Ctrl+C' },
};

/** A program of the lesson for each door. */
export interface Code {
  readonly keras: string;
  readonly paddle: string;
}

/** What the lesson does, as programs to copy. */
export function CodeView({ keras, paddle }: Code) {
  const door = useSignal<keyof Code>('keras');
  const copied = useSignal<'no' | 'copied' | 'select'>('no');
  const text = door.value === 'keras' ? keras : paddle;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      copied.value = 'copied';
    } catch {
      // Pages without https have no clipboard.
      const block = document.querySelector('.code pre');
      if (block) getSelection()?.selectAllChildren(block);
      copied.value = 'select';
    }
    setTimeout(() => {
      copied.value = 'no';
    }, 2500);
  };
  return (
    <section class="card wide code">
      <header>
        <h2>{say(words.title)}</h2>
        <div role="tablist" aria-label={say(words.title)}>
          {(['keras', 'paddle'] as const).map((one) => (
            <button
              key={one}
              type="button"
              role="tab"
              aria-selected={door.value === one}
              tabIndex={door.value === one ? 0 : -1}
              onClick={() => {
                door.value = one;
              }}
              onKeyDown={({ key, currentTarget }) => {
                if (key !== 'ArrowLeft' && key !== 'ArrowRight') return;
                door.value = one === 'keras' ? 'paddle' : 'keras';
                const { parentElement } = currentTarget;
                requestAnimationFrame(() =>
                  parentElement?.querySelector<HTMLElement>('[aria-selected=true]')?.focus(),
                );
              }}
            >
              {say(words[one])}
            </button>
          ))}
        </div>
        <Button kind="small" onClick={() => void copy()}>
          {say(copied.value === 'no' ? words.copy : words[copied.value])}
        </Button>
      </header>
      <pre>
        <code>{colored(text)}</code>
      </pre>
    </section>
  );
}

const tokens =
  /(\/\/[^\n]*)|('[^'\n]*'|`[^`]*`)|\b(import|from|const|let|for|of|new|await|async|class|extends|return|function|if|else)\b|\b(\d+(?:\.\d+)?(?:e-?\d+)?)\b/g;
const kinds = ['comment', 'string', 'keyword', 'number'];

/** Code with its parts in colours. */
function colored(text: string) {
  const parts = [];
  let last = 0;
  for (const match of text.matchAll(tokens)) {
    parts.push(text.slice(last, match.index));
    const kind = kinds[match.slice(1).findIndex((group) => group !== undefined)];
    parts.push(
      <span key={match.index} class={kind}>
        {match[0]}
      </span>,
    );
    last = match.index + match[0].length;
  }
  parts.push(text.slice(last));
  return parts;
}
