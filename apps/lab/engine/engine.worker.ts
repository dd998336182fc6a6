// The engine's worker: runs the functions of the lessons' engine.ts, and those in shared/, so that the page never waits for it.
import { fusesProducts, setBackend } from 'gradus/backends';
import type { Answer, Request } from './messages.ts';
import { PlainError } from './plain-error.ts';

type Part = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

const lessons = import.meta.glob<Part>('../lessons/*/engine.ts');
const shared = import.meta.glob<Part>('./shared/*.ts');

const load = (part: string): Promise<Part> =>
  (lessons[`../lessons/${part}/engine.ts`] ?? shared[`./shared/${part}.ts`])();

const send = (answer: Answer): void => postMessage(answer);
const running = new Map<number, AsyncIterator<unknown>>();
const cancelled = new Set<number>();

/** A page must answer at once: where exact products would be slow, they are left to the engine. */
const ready = fusesProducts()
  ? Promise.resolve()
  : setBackend('wasm', { precision: 'fast' }).then(
      () => {},
      () => {}, // without WebAssembly there is another backend
    );

async function run({ id, part, name, args }: Extract<Request, { kind: 'call' }>): Promise<void> {
  await ready;
  const result = await (await load(part))[name](...args);
  if (!isIterable(result)) {
    send({ kind: 'end', id, value: result });
    return;
  }
  const iterator = result[Symbol.asyncIterator]();
  running.set(id, iterator);
  while (!cancelled.has(id)) {
    const { done, value } = await iterator.next();
    if (done) break;
    send({ kind: 'value', id, value });
  }
  if (cancelled.delete(id)) await iterator.return?.();
  running.delete(id);
  send({ kind: 'end', id, value: undefined });
}

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if (data.kind === 'cancel') {
    if (running.has(data.id)) cancelled.add(data.id);
    return;
  }
  run(data).catch((error: unknown) => {
    running.delete(data.id);
    cancelled.delete(data.id);
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const text = error instanceof PlainError ? error.text : undefined;
    send({ kind: 'error', id: data.id, name, message, ...(text && { text }) });
  });
});
