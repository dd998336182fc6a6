import { FormatError } from '../tensor/index.ts';

/** So little is inflated at once that its output is bounded: deflate expands by 1032 at most. */
export const inflateStep = 1 << 14;

/** What inflated bytes are measured against, for messages. */
export interface InflateLimits {
  readonly file?: string;
  readonly member?: string;
  /** More than this is an error while it comes, whatever the file declares. */
  readonly maxBytes: number;
}

/** Inflates a deflate stream (RFC 1951) piece by piece, and counts what comes out. */
export async function* inflate(
  compressed: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limits: InflateLimits,
): AsyncGenerator<Uint8Array> {
  // The engine's own inflater: several times as fast as one in JavaScript.
  const { readable, writable } = new DecompressionStream('deflate-raw');
  const writer = writable.getWriter();
  const reader = readable.getReader();
  let cause: unknown = null;
  const feed = async (): Promise<void> => {
    try {
      for await (const piece of compressed) await writer.write(piece as Uint8Array<ArrayBuffer>);
      await writer.close();
    } catch (error) {
      cause ??= error;
      await writer.abort(error).catch(() => undefined);
    }
  };
  const feeding = feed();
  writer.closed.catch(() => undefined); // whoever reads hears of it
  let total = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      total += value.length;
      if (total > limits.maxBytes) throw tooLarge(limits);
      yield value;
    }
    await feeding;
    if (cause) throw cause;
  } catch (error) {
    throw damaged(error, limits);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The error of an inflater as one that names the file. */
function damaged(error: unknown, { file, member }: InflateLimits): Error {
  if (error instanceof FormatError) return error;
  const { message, code } = error as Error & { code?: string };
  // What goes wrong while the pieces are read is no damage of theirs.
  if (!(error instanceof TypeError) && !/^(Z_|ERR_)/.test(code ?? '')) return error as Error;
  return new FormatError(`damaged compressed data: ${message}`, { file, member });
}

/** Runs a step of fflate and names the file in its errors. */
export function guarded(step: () => void, { file, member }: InflateLimits): void {
  try {
    step();
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`damaged compressed data: ${(error as Error).message}`, { file, member });
  }
}

/** The error for more bytes than the budget has. */
export function tooLarge({ file, member, maxBytes }: InflateLimits): FormatError {
  return new FormatError('the file expands to more than is allowed (maxBytes)', {
    file,
    member,
    expected: `at most ${maxBytes} bytes`,
  });
}
