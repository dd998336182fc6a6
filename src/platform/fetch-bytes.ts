import { checkBudget, collect } from './blob-file.ts';
import { readBody } from './download.ts';
import { type Bytes, PlatformError, type ReadOptions } from './platform.ts';

/** A whole file from an address, counted while it comes. */
export async function fetchBytes(
  url: string,
  { maxBytes, signal }: ReadOptions & { readonly maxBytes: number },
): Promise<Bytes> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    const { cause, message } = error as Error;
    const why = (cause as Error | undefined)?.message ?? message;
    throw new PlatformError('network', `${url} cannot be reached: ${why}`, url, error);
  }
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    const code = response.status === 404 ? 'missing' : 'network';
    throw new PlatformError(code, `${url}: the server answered ${response.status}`, url);
  }
  try {
    checkBudget(url, Number(response.headers.get('content-length') ?? 0), maxBytes);
  } catch (error) {
    await response.body.cancel();
    throw error;
  }
  return collect(url, readBody(response.body), maxBytes);
}
