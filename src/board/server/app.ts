import { hostname } from 'node:os';
import { Readable } from 'node:stream';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { FormatError, ValueError } from '../../tensor/index.ts';
import type { RunList } from '../series/index.ts';
import * as answers from './answers.ts';
import type { LogIndex } from './log-index.ts';
import type { PageFile } from './page-files.ts';
import type { Watcher } from './watcher.ts';

/** Nothing but our own files, no inline script or style, no other address. */
export const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': contentPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

export interface BoardAppOptions {
  readonly index: LogIndex;
  readonly watcher: Watcher;
  readonly page: ReadonlyMap<string, PageFile>;
  /** The folder as the user named it, for the page's head. */
  readonly folder: string;
  readonly lang: string | null;
  /** The name that the server was asked to listen on. */
  readonly host: string;
}

/** The page asks again when it has waited so long for a first look at a large folder. */
const PATIENCE = 2500;

/** A page of another site must not be able to read logs through a name that it lets point here. */
function isOwnHost(header: string | undefined, host: string): boolean {
  const name = (header ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  if (['localhost', '127.0.0.1', '::1', host.toLowerCase()].includes(name)) return true;
  const open = host === '0.0.0.0' || host === '::';
  return open && (/^[\d.]+$|:/.test(name) || name === hostname().toLowerCase());
}

/** The board's web server, not yet listening. */
export function boardApp(options: BoardAppOptions): FastifyInstance {
  const { index, watcher, page, folder, lang, host } = options;
  const app = fastify({ logger: false, forceCloseConnections: true });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    if (!isOwnHost(request.headers.host, host)) {
      await reply.code(403).send({ error: 'this server answers under its own name only' });
    }
  });
  app.setErrorHandler((error, _, reply) => {
    const ours = error instanceof ValueError || error instanceof FormatError;
    const code = ours ? 400 : ((error as { statusCode?: number }).statusCode ?? 500);
    const message = code < 500 ? (error as Error).message : 'the server failed';
    return reply.code(code).send({ error: message });
  });
  app.setNotFoundHandler((_, reply) => reply.code(404).send({ error: 'there is no such page' }));

  for (const [name, { type, body }] of page) {
    app.get(name === 'index.html' ? '/' : `/${name}`, (_, reply) => reply.type(type).send(body));
  }
  app.get('/api/runs', async () => {
    if (!watcher.isReady) {
      const pause = new Promise((resolve) => setTimeout(resolve, PATIENCE));
      await Promise.race([watcher.ready, pause]);
    }
    return {
      folder,
      lang,
      loading: !watcher.isReady,
      indexBytes: index.bytes,
      runs: index.runs(),
    } satisfies RunList;
  });
  app.get('/api/scalars', (request, reply) =>
    binary(reply, answers.scalars(index, request.query as answers.Query)),
  );
  app.get('/api/csv', (request, reply) => {
    const lines = answers.csv(index, request.query as answers.Query);
    const first = lines.next().value as string;
    const rest = function* (): Generator<string> {
      yield first;
      yield* lines;
    };
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="scalars.csv"')
      .send(Readable.from(rest()));
  });
  app.get('/api/values', (request) => answers.values(index, request.query as answers.Query));
  app.get('/api/image', async (request, reply) => {
    const found = await answers.image(index, request.query as answers.Query);
    if (!found) return missing(reply);
    return reply.type(found.type).send(Buffer.from(found.bytes));
  });
  app.get('/api/graph', async (request, reply) => {
    return (await answers.graph(index, request.query as answers.Query)) ?? missing(reply);
  });
  app.get('/api/hparams', () => answers.hparams(index));
  app.get('/api/embedding', async (request, reply) => {
    const found = await answers.embedding(index, request.query as answers.Query);
    return found ? binary(reply, found) : missing(reply);
  });
  app.get('/api/updates', (_, reply) => sendUpdates(reply, watcher));
  return app;
}

const binary = (reply: FastifyReply, bytes: Uint8Array): FastifyReply =>
  reply
    .type('application/octet-stream')
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));

const missing = (reply: FastifyReply): FastifyReply =>
  reply.code(404).send({ error: 'the logs have no such value' });

/** Tells the page which runs have changed, for as long as it listens. */
function sendUpdates(reply: FastifyReply, watcher: Watcher): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
  raw.write(': the board\n\n');
  const stop = watcher.listen((runs) => {
    // A page that does not read is not written to without end.
    if (raw.writableNeedDrain) return;
    raw.write(`data: ${JSON.stringify({ runs })}\n\n`);
  });
  raw.on('close', stop);
  raw.on('error', stop);
}
