import { PlainError } from './plain-error.ts';

/** Address of a file of the site, from inside the worker. */
export const siteFile = (path: string): URL => new URL(`../${path}`, self.location.href);

/** Bytes of a file of the site. */
export async function fetchSiteFile(path: string): Promise<Uint8Array> {
  const response = await fetch(siteFile(path)).catch(() => null);
  if (response?.ok) return new Uint8Array(await response.arrayBuffer());
  throw new PlainError({
    en: `The server did not give the file ${path}. Is it still running?`,
    zh: `服务器没有提供文件 ${path}。它还在运行吗？`,
  });
}
