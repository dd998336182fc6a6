import { computed, effect, type Signal, signal } from '@preact/signals';
import { type Language, type TextName, textIn } from './texts.ts';

/** What the browser remembers between visits; a page from a folder may not be allowed to. */
function remembered<T>(name: string, usual: T): Signal<T> {
  const key = `gradus-board-${name}`;
  let value = usual;
  try {
    const kept = localStorage.getItem(key);
    if (kept !== null) value = JSON.parse(kept) as T;
  } catch {
    // Not allowed, or not ours: the usual value does.
  }
  const result = signal(value);
  effect(() => {
    const text = JSON.stringify(result.value);
    try {
      localStorage.setItem(key, text);
    } catch {
      // Then it is not remembered.
    }
  });
  return result;
}

/** Tabs of the page, in their order. */
export const tabNames = [
  'scalars',
  'images',
  'histograms',
  'texts',
  'graph',
  'hparams',
  'curves',
  'projector',
  'samples',
] as const satisfies readonly TextName[];
export type TabName = (typeof tabNames)[number];

function tabOfAddress(): TabName {
  const name = location.hash.slice(1) as TabName;
  return tabNames.includes(name) ? name : 'scalars';
}

/** The tab that is shown; it is in the address, so that it can be linked to. */
export const tab = signal<TabName>(tabOfAddress());
addEventListener('hashchange', () => {
  tab.value = tabOfAddress();
});
effect(() => {
  if (tabOfAddress() !== tab.value) location.hash = tab.value;
});

/** The language that was chosen, here or when the server was started; null for the browser's. */
export const chosenLanguage = remembered<Language | null>('language', null);
export const serverLanguage = signal<Language | null>(null);
export const language = computed<Language>(
  () =>
    chosenLanguage.value ??
    serverLanguage.value ??
    (navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'),
);

/** A text in the language of the page. */
export const say = (name: TextName): string => textIn(language.value, name);

export type ThemeName = 'light' | 'dark';
export const chosenTheme = remembered<ThemeName | null>('theme', null);
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
const systemTheme = signal<ThemeName>(systemIsDark.matches ? 'dark' : 'light');
systemIsDark.addEventListener('change', () => {
  systemTheme.value = systemIsDark.matches ? 'dark' : 'light';
});
export const theme = computed<ThemeName>(() => chosenTheme.value ?? systemTheme.value);
effect(() => {
  document.documentElement.dataset.theme = theme.value;
  document.documentElement.lang = language.value;
});

export const smoothing = remembered('smoothing', 0.6);
export const axis = remembered<'step' | 'relative' | 'wall'>('axis', 'step');
export const logAxis = remembered('log', false);
