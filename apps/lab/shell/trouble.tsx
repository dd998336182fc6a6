import { PlainError } from '../engine/plain-error.ts';
import { say, type Text } from './language.ts';

const words = {
  engine: {
    en: 'That did not work. The engine says: {message}',
    zh: '没有成功。引擎的说明：{message}',
  },
  memory: {
    en: 'The memory of this tab is full. Use fewer samples or a smaller network, or close other tabs.',
    zh: '这个标签页的内存已满。请减少样本、缩小网络，或关闭其他标签页。',
  },
};

/** What is wrong, in a plain sentence. */
export function sentence(error: Error): string {
  if (error instanceof PlainError) return say(error.text);
  if (/memory is full/.test(error.message)) return say(words.memory);
  return say(words.engine, { message: error.message });
}

/** Says what went wrong; nothing where nothing did. */
export function Trouble({ error }: { readonly error: Error | Text | null | undefined }) {
  if (!error) return null;
  return (
    <p class="trouble" role="alert">
      {error instanceof Error ? sentence(error) : say(error)}
    </p>
  );
}
