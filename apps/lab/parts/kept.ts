import { signal } from '@preact/signals';
import { PlainError } from '../engine/plain-error.ts';

/** A digit that the learner drew and named: 28 x 28 pixels. */
export interface KeptDigit {
  readonly pixels: Uint8Array;
  readonly label: number;
}

const key = 'gradus-kept-digits';

const toText = ({ pixels, label }: KeptDigit): string =>
  label + btoa(String.fromCharCode(...pixels));

function fromText(text: string): KeptDigit | null {
  try {
    const pixels = Uint8Array.from(atob(text.slice(1)), (char) => char.charCodeAt(0));
    const label = Number(text[0]);
    return pixels.length === 784 && label >= 0 ? { pixels, label } : null;
  } catch {
    return null;
  }
}

function load(): readonly KeptDigit[] {
  try {
    const texts = JSON.parse(localStorage.getItem(key) ?? '[]') as string[];
    return texts.map(fromText).filter((digit) => digit !== null);
  } catch {
    return [];
  }
}

/** Digits that were kept to train on; they stay in this browser. */
export const kept = signal<readonly KeptDigit[]>(load());

/** The digit that was drawn last, for other lessons to work with. */
export const drawn = signal<Uint8Array | null>(null);

function store(digits: readonly KeptDigit[]): void {
  kept.value = digits;
  try {
    localStorage.setItem(key, JSON.stringify(digits.map(toText)));
  } catch {
    throw new PlainError({
      en: 'This browser’s storage is full or forbidden: the digit is kept until the page is closed.',
      zh: '此浏览器的存储已满或被禁用：这个数字只保留到页面关闭为止。',
    });
  }
}

/** Keeps one more. Throws a plain sentence where it can only be kept until the page is left. */
export const keepDigit = (digit: KeptDigit): void => store([...kept.value, digit]);

/** Forgets the last one. */
export const dropDigit = (): void => store(kept.value.slice(0, -1));

/** Forgets all of them. */
export const dropDigits = (): void => store([]);
