import { effect, signal } from '@preact/signals';
import { address } from './address.ts';

/** The languages that the pages speak. */
export type Language = 'en' | 'zh-CN';

/** A text in both languages. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

const stored = (): string | null => {
  try {
    return localStorage.getItem('gradus-language');
  } catch {
    return null; // storage may be forbidden
  }
};

function first(): Language {
  const wanted = address.value.get('lang') ?? stored() ?? navigator.language;
  return wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** The language that is shown; setting it changes every text in place. */
export const language = signal<Language>(first());

effect(() => {
  document.documentElement.lang = language.value;
});

/** Changes the language and remembers it. */
export function speak(next: Language): void {
  language.value = next;
  try {
    localStorage.setItem('gradus-language', next);
  } catch {
    // It holds until the page is left.
  }
}

/** A text in the language that is shown, with `{name}` replaced by values. */
export function say(text: Text, values: Readonly<Record<string, string | number>> = {}): string {
  const chosen = language.value === 'en' ? text.en : text.zh;
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
