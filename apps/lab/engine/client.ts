import { eventsOf } from './events-of.ts';
import type { Answer, Request } from './messages.ts';
import { PlainError } from './plain-error.ts';

/** A function of the worker as the page sees it: to be awaited, or, where it yields, to be gone through. */
type Remote<F> = F extends (...args: infer Args) => infer Result
  ? Result extends AsyncIterable<infer Value>
    ? (...args: Args) => AsyncIterable<Value>
    : (...args: Args) => Promise<Awaited<Result>>
  : never;

/** The functions that a module of the worker exports. */
export type Engine<Module> = { readonly [Name in keyof Module]: Remote<Module[Name]> };

interface Call {
  value(value: unknown): void;
  end(value: unknown): void;
  fail(error: Error): void;
}

let worker: Worker | null = null;
let calls = 0;
const open = new Map<number, Call>();

function start(): Worker {
  const started = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' });
  started.onmessage = ({ data }: MessageEvent<Answer>) => {
    const call = open.get(data.id);
    if (!call) return;
    if (data.kind === 'value') return call.value(data.value);
    open.delete(data.id);
    if (data.kind === 'end') return call.end(data.value);
    call.fail(errorOf(data));
  };
  started.onerror = (event) => {
    const error = new Error(event.message || 'the worker could not be started');
    for (const call of open.values()) call.fail(error);
    open.clear();
  };
  return started;
}

function errorOf({ name, message, text }: Extract<Answer, { kind: 'error' }>): Error {
  if (text) return new PlainError(text);
  const error = new Error(message);
  error.name = name;
  return error;
}

function post(request: Request): void {
  worker ??= start();
  worker.postMessage(request);
}

/** Sends a call when its result is first wanted. */
class Pending implements PromiseLike<unknown>, AsyncIterable<unknown> {
  readonly #request: () => Extract<Request, { kind: 'call' }>;

  constructor(request: () => Extract<Request, { kind: 'call' }>) {
    this.#request = request;
  }

  then<A, B>(
    resolved?: ((value: unknown) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const request = this.#request();
    const promise = new Promise<unknown>((resolve, reject) => {
      open.set(request.id, { value: () => {}, end: resolve, fail: reject });
    });
    post(request);
    return promise.then(resolved, rejected);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    const request = this.#request();
    try {
      yield* eventsOf<unknown>(
        (value) =>
          new Promise((end, fail) => {
            open.set(request.id, { value, end, fail });
            post(request);
          }),
      );
    } finally {
      // Who leaves before the end wants no more.
      if (open.delete(request.id)) post({ kind: 'cancel', id: request.id });
    }
  }
}

/**
 * The functions of a lesson's `engine.ts`, which run in the worker. An async generator there is gone through with
 * `for await` here; leaving the loop ends it there.
 * @example const engine = engineOf<typeof import('./engine.ts')>('draw');
 */
export function engineOf<Module>(part: string): Engine<Module> {
  return new Proxy({} as Engine<Module>, {
    get: (_, name) => (typeof name === 'string' ? remote(part, name) : undefined),
  });
}

const remote =
  (part: string, name: string) =>
  (...args: readonly unknown[]): Pending =>
    new Pending(() => ({ kind: 'call', id: calls++, part, name, args }));
