import type { AddressInfo } from 'node:net';
import { GradusError } from '../../tensor/index.ts';
import { boardApp } from './app.ts';
import { LogIndex } from './log-index.ts';
import { pageFolder, readPageFiles } from './page-files.ts';
import { Watcher } from './watcher.ts';

export interface BoardOptions {
  /** 6006 by default; 0 for any that is free. */
  readonly port?: number;
  /** `127.0.0.1` by default: nobody else can reach it. */
  readonly host?: string;
  /** Language that the page begins in: `en` or `zh-CN`; the browser's by default. */
  readonly lang?: string | null;
  /** Folder of the built page, for those who build it elsewhere. */
  readonly page?: string;
}

/** A board that is being served. */
export interface RunningBoard {
  readonly url: string;
  readonly index: LogIndex;
  /** Settles when the logs that were there at the start have been read. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves the board for a folder of logs.
 * @example const board = await serveBoard('runs'); console.log(board.url);
 */
export async function serveBoard(
  folder: string,
  options: BoardOptions = {},
): Promise<RunningBoard> {
  const { port = 6006, host = '127.0.0.1', lang = null, page = pageFolder() } = options;
  const index = await LogIndex.open(folder);
  const files = readPageFiles(page);
  const watcher = new Watcher(index);
  const app = boardApp({ index, watcher, page: files, folder, lang, host });
  const close = async (): Promise<void> => {
    watcher.stop();
    await app.close();
  };
  try {
    await app.listen({ port, host });
  } catch (error) {
    await close();
    throw explain(error, host, port);
  }
  const { port: taken } = app.server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${name}:${taken}/`, index, ready: watcher.ready, close };
}

function explain(error: unknown, host: string, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} is in use; choose another one with --port (0 for any that is free)`,
    EACCES: `port ${port} may not be used; choose one above 1023 with --port`,
    EADDRNOTAVAIL: `${host} is not an address of this machine`,
    ENOTFOUND: `there is no host ${host}`,
  };
  return code && code in reasons ? new GradusError(`board: ${reasons[code]}`) : error;
}
