import { type DownloadRequest, PlatformError } from './platform.ts';

/** Bytes of a download that is not complete. */
export interface PartialFile {
  size(): Promise<number>;
  append(chunk: Uint8Array): Promise<void>;
  /** Forgets all bytes. */
  reset(): Promise<void>;
}

/** What an address answered. */
export interface Answer {
  /** Where in the file the body begins. */
  readonly start: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Asks an address for a file from byte `from` on; the answer may begin at 0 all the same. */
export type OpenUrl = (url: string, from: number, signal: AbortSignal) => Promise<Answer>;

/** The `OpenUrl` of http and https. */
export const openHttp: OpenUrl = async (url, from, signal) => {
  // Without this, a server may send the file compressed once more, and byte ranges would be of that.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (from > 0) headers.range = `bytes=${from}-`;
  const response = await fetch(url, { headers, signal });
  if (response.status === 416) {
    await response.body?.cancel();
    return openHttp(url, 0, signal);
  }
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new PlatformError('network', `the server answered ${response.status}`, url);
  }
  const range = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  const start = response.status === 206 && range ? Number(range[1]) : 0;
  return { start, body: readBody(response.body) };
};

/** A body as an async iterable, which not every browser makes of a stream. */
export async function* readBody(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined); // it may be the stream's failure that ends the loop
  }
}

/**
 * Fills `partial` from the first address that has the file; `verify` throws where the bytes are not those that were asked for.
 * A connection that was cut is taken up again as long as each try brings it further; where bytes of an earlier try
 * lead to a wrong sum, all is fetched anew.
 */
export async function downloadInto(
  partial: PartialFile,
  request: DownloadRequest,
  open: OpenUrl,
  verify: () => Promise<void>,
): Promise<void> {
  const failures: string[] = [];
  let last: unknown;
  for (const url of request.urls) {
    for (let attempt = 0; attempt < 5; attempt++) {
      const before = await partial.size();
      try {
        await transfer(url, partial, request, open);
        await verify();
        return;
      } catch (error) {
        if (request.signal?.aborted) throw request.signal.reason;
        last = error;
        const network = !(error instanceof PlatformError) || error.code === 'network';
        if (!network) await partial.reset();
        const again = network ? (await partial.size()) > before : before > 0;
        if (again && attempt < 4) continue;
        failures.push(`${url}: ${reasonOf(error)}`);
        break;
      }
    }
  }
  const code = last instanceof PlatformError ? last.code : 'network';
  throw new PlatformError(
    code,
    `${request.key} could not be downloaded\n${failures.map((line) => `  ${line}`).join('\n')}`,
    request.key,
    last,
  );
}

async function transfer(
  url: string,
  partial: PartialFile,
  request: DownloadRequest,
  open: OpenUrl,
): Promise<void> {
  const { size, acceptOther, onProgress, signal, stallMs = 30_000 } = request;
  const most = Math.max(size, acceptOther?.maxBytes ?? 0);
  let received = await partial.size();
  if (received === size) return; // all was there: only its sum was not checked
  if (received > size) {
    await partial.reset();
    received = 0;
  }
  const stall = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watch = () => {
    clearTimeout(timer);
    const reason = new PlatformError('network', `nothing came for ${stallMs / 1000} s`, url);
    timer = setTimeout(() => stall.abort(reason), stallMs);
  };
  watch();
  try {
    const both = signal ? AbortSignal.any([signal, stall.signal]) : stall.signal;
    const { start, body } = await open(url, received, both);
    if (start !== received) {
      if (start !== 0) throw new PlatformError('network', 'the server sent another range', url);
      await partial.reset();
      received = 0;
    }
    for await (const chunk of body) {
      watch();
      received += chunk.length;
      if (received > most) {
        const expected = `${size} bytes were expected`;
        throw new PlatformError('too-large', `more than ${most} bytes came; ${expected}`, url);
      }
      await partial.append(chunk);
      onProgress?.(received, size);
    }
  } finally {
    clearTimeout(timer);
  }
  if (received < size && !acceptOther) {
    throw new PlatformError('network', `the connection ended at byte ${received} of ${size}`, url);
  }
}

/** `fetch failed` says nothing; what caused it does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error as { cause?: { message?: string; code?: string } };
  const why = cause?.message || cause?.code;
  return why && !(error instanceof PlatformError) ? `${error.message} (${why})` : error.message;
}
