import { useComputed, useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { engineOf } from '../engine/client.ts';
import type { Status } from '../engine/shared/status.ts';
import { lessons } from '../lessons/index.ts';
import { Button } from '../parts/controls.tsx';
import { lesson, link, visit } from './address.ts';
import { isolation } from './isolation.ts';
import { language, say, speak } from './language.ts';
import { Offline } from './offline.tsx';
import { Trouble } from './trouble.tsx';

const words = {
  name: { en: 'Gradus lab', zh: 'Gradus 实验室' },
  lessons: { en: 'Lessons', zh: '课程' },
  skip: { en: 'Skip to the lesson', zh: '跳到课程内容' },
  welcome: { en: 'Neural networks, to touch', zh: '可以动手的神经网络' },
  about: {
    en: 'Each lesson is a page: see something, move something, read it as code, try a question. Everything is computed on this device by the engine that you also use in programs; nothing leaves it.',
    zh: '每课一页：看一看，动一动，读一读代码，试一道题。一切都由您在程序里使用的同一个引擎在本机计算，任何数据都不会离开这台设备。',
  },
  share: { en: 'Copy a link to this set-up', zh: '复制此设置的链接' },
  shared: { en: 'Link copied', zh: '链接已复制' },
  byHand: { en: 'Copy this link:', zh: '请复制此链接：' },
  next: { en: 'Next', zh: '下一课' },
  back: { en: 'Back', zh: '上一课' },
  loading: { en: 'Loading…', zh: '正在加载…' },
  missing: {
    en: 'This lesson could not be loaded. Is the server still running? Reload the page to try again.',
    zh: '无法加载这一课。服务器还在运行吗？请重新加载页面再试。',
  },
  engine: { en: 'Engine: WebAssembly, {threads}', zh: '引擎：WebAssembly，{threads}' },
  one: { en: 'one thread', zh: '单线程' },
  many: { en: '{n} threads', zh: '{n} 个线程' },
  rounding: {
    en: 'This browser has no fused multiply-add: the last digits of what is trained differ from other machines’.',
    zh: '此浏览器没有融合乘加指令：训练结果的末几位与其他机器不同。',
  },
  alone: {
    en: 'One thread only: this address is not isolated from other origins (https or localhost is needed).',
    zh: '只有一个线程：此地址没有跨源隔离（需要 https 或 localhost）。',
  },
  slow: {
    en: 'This browser has no WebAssembly with SIMD, so the engine computes in plain JavaScript: everything works, many times slower.',
    zh: '此浏览器没有带 SIMD 的 WebAssembly，引擎改用普通 JavaScript 计算：一切可用，只是慢很多。',
  },
};

/** The page: the course's lessons beside the one that is open. */
export function App() {
  const open = lessons.findIndex(({ id }) => id === lesson.value);
  const title = open >= 0 ? `${say(lessons[open].title)} · ` : '';
  document.title = title + say(words.name);
  return (
    <>
      <button type="button" class="skip" onClick={focusMain}>
        {say(words.skip)}
      </button>
      <header class="bar">
        <a class="brand" href="#/">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path d="M5 26h7v-7h7v-7h7" />
            <circle cx="26" cy="7" r="3.4" />
          </svg>
          {say(words.name)}
        </a>
        <Share shown={open >= 0} />
        <fieldset class="languages">
          <legend class="hidden">Language 语言</legend>
          {(['en', 'zh-CN'] as const).map((one) => (
            <button
              key={one}
              type="button"
              lang={one}
              aria-pressed={language.value === one}
              onClick={() => speak(one)}
            >
              {one === 'en' ? 'English' : '中文'}
            </button>
          ))}
        </fieldset>
      </header>
      <nav class="lessons" aria-label={say(words.lessons)}>
        <ol>
          {lessons.map(({ id, title }, i) => (
            <li key={id}>
              <a href={`#${id}`} aria-current={i === open ? 'page' : undefined}>
                <b>{i + 1}</b>
                {say(title)}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <main id="main" tabIndex={-1}>
        {open >= 0 ? (
          <Shown key={`${lessons[open].id} ${visit.value}`} index={open} />
        ) : (
          <Welcome />
        )}
        <EngineStatus />
      </main>
    </>
  );
}

function focusMain(): void {
  document.getElementById('main')?.focus();
}

function Welcome() {
  return (
    <article class="welcome">
      <h1>{say(words.welcome)}</h1>
      <p class="see">{say(words.about)}</p>
      <ol>
        {lessons.map(({ id, title, about }, i) => (
          <li key={id}>
            <a href={`#${id}`}>
              <b>{i + 1}</b>
              <strong>{say(title)}</strong>
              <span>{say(about)}</span>
            </a>
          </li>
        ))}
      </ol>
      <Offline />
    </article>
  );
}

function Shown({ index }: { readonly index: number }) {
  const page = useSignal<{ readonly Page: ComponentType } | null>(null);
  const failed = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    scrollTo(0, 0);
    document
      .querySelector('.lessons [aria-current]')
      ?.scrollIntoView({ block: 'nearest', inline: 'center' });
    lessons[index].load().then(
      (module) => {
        page.value = { Page: module.default };
      },
      () => {
        failed.value = true;
      },
    );
  }, [index]);
  useEffect(() => {
    // Those who listen to the page hear which lesson it is now.
    if (page.value && visit.value > 0) box.current?.querySelector('h1')?.focus();
  }, [page.value]);
  const { Page } = page.value ?? {};
  const [before, after] = [lessons[index - 1], lessons[index + 1]];
  return (
    <div ref={box}>
      {failed.value && <Trouble error={words.missing} />}
      {Page ? <Page /> : !failed.value && <p class="loading">{say(words.loading)}</p>}
      <div class="onward">
        {before && (
          <a href={`#${before.id}`}>
            ← {say(words.back)}: {say(before.title)}
          </a>
        )}
        {after && (
          <a class="next" href={`#${after.id}`}>
            {say(words.next)}: {say(after.title)} →
          </a>
        )}
      </div>
    </div>
  );
}

function Share({ shown }: { readonly shown: boolean }) {
  const state = useSignal<'none' | 'copied' | string>('none');
  if (!shown) return <span class="share" />;
  const copy = async (): Promise<void> => {
    const href = link(language.value);
    try {
      await navigator.clipboard.writeText(href);
      state.value = 'copied';
      setTimeout(() => {
        state.value = 'none';
      }, 2500);
    } catch {
      state.value = href;
    }
  };
  const byHand = state.value !== 'none' && state.value !== 'copied';
  return (
    <span class="share">
      {byHand && (
        <label>
          {say(words.byHand)}
          <input readOnly value={state.value} onFocus={(event) => event.currentTarget.select()} />
        </label>
      )}
      <Button kind="small" onClick={() => void copy()}>
        {say(state.value === 'copied' ? words.shared : words.share)}
      </Button>
    </span>
  );
}

const engine = engineOf<typeof import('../engine/shared/status.ts')>('status');

/** What the engine runs on, at the foot of every page. */
function EngineStatus() {
  const status = useSignal<Status | null>(null);
  const error = useSignal<Error | null>(null);
  useEffect(() => {
    engine.status().then(
      (known) => {
        status.value = known;
      },
      (reason: Error) => {
        error.value = reason;
      },
    );
  }, []);
  const text = useComputed(() => {
    const known = status.value;
    if (!known) return '';
    if (known.backend !== 'wasm') return say(words.slow);
    const rounding = known.exact ? '' : ` · ${say(words.rounding)}`;
    if (known.threads === 1 && !isolation.isolated) return say(words.alone) + rounding;
    const threads = known.threads === 1 ? say(words.one) : say(words.many, { n: known.threads });
    return say(words.engine, { threads }) + rounding;
  });
  return (
    <footer
      class="engine"
      data-backend={status.value?.backend}
      data-threads={status.value?.threads}
    >
      <Trouble error={error.value} />
      {text.value}
    </footer>
  );
}
