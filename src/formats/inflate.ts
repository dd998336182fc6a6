import { Inflate } from 'fflate';
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
  let out: Uint8Array[] = [];
  let total = 0;
  const stream = new Inflate((chunk) => {
    total += chunk.length;
    if (total > limits.maxBytes) throw tooLarge(limits);
    if (chunk.length > 0) out.push(chunk);
  });
  for await (const piece of compressed) {
    for (let at = 0; at < piece.length; at += inflateStep) {
      guarded(() => stream.push(piece.subarray(at, at + inflateStep)), limits);
      yield* out;
      out = [];
    }
  }
  guarded(() => stream.push(new Uint8Array(0), true), limits);
  yield* out;
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
