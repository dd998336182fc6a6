import { useSignal } from '@preact/signals';
import { engineOf } from '../engine/client.ts';
import { Button } from '../parts/controls.tsx';
import { keepFiles } from './keep.ts';
import { say } from './language.ts';
import { Trouble } from './trouble.tsx';

const engine = engineOf<typeof import('../engine/shared/keep-data.ts')>('keep-data');

const words = {
  title: { en: 'Without a network', zh: '离线使用' },
  about: {
    en: 'This button keeps the data and networks of all lessons in this browser. Afterwards every lesson works with the server stopped, at this same address.',
    zh: '此按钮把所有课程的数据和网络保存在这个浏览器里。之后即使服务器停止，同一地址的每一课也能使用。',
  },
  keep: { en: 'Keep everything for offline use', zh: '保存全部内容供离线使用' },
  busy: { en: 'Keeping… {n} %', zh: '正在保存… {n} %' },
  done: {
    en: 'Everything is kept: the lessons work without the server.',
    zh: '已全部保存：没有服务器，各课也能使用。',
  },
  butFor: {
    en: 'The lessons are kept. The server does not have: {names}.',
    zh: '各课已保存。服务器没有：{names}。',
  },
};

/** Keeps all that the lessons need in the browser. */
export function Offline() {
  const share = useSignal<number | null>(null);
  const missing = useSignal<readonly string[] | null>(null);
  const error = useSignal<Error | null>(null);
  const keep = async (): Promise<void> => {
    error.value = null;
    missing.value = null;
    share.value = 0;
    try {
      await keepFiles((done) => {
        share.value = done / 2;
      });
      let sets: readonly string[] = [];
      for await (const step of engine.keepData()) {
        share.value = 0.5 + step.share / 2;
        sets = step.missing;
      }
      missing.value = sets;
    } catch (reason) {
      error.value = reason as Error;
    }
    share.value = null;
  };
  const busy = share.value !== null;
  return (
    <section class="card offline">
      <h2>{say(words.title)}</h2>
      <p class="note">{say(words.about)}</p>
      <div class="row">
        <Button disabled={busy} onClick={() => void keep()}>
          {busy ? say(words.busy, { n: Math.round(100 * (share.value ?? 0)) }) : say(words.keep)}
        </Button>
        <output>
          {missing.value &&
            (missing.value.length === 0
              ? say(words.done)
              : say(words.butFor, { names: missing.value.join(', ') }))}
        </output>
      </div>
      <Trouble error={error.value} />
    </section>
  );
}
