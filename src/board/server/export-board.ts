import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { FastifyInstance } from 'fastify';
import { GradusError } from '../../tensor/index.ts';
import { dataAddress, type RunSummary, SHOWN_STEPS, STATIC_POINTS } from '../series/index.ts';
import { boardApp, contentPolicy } from './app.ts';
import { LogIndex } from './log-index.ts';
import { pageFolder, readPageFiles } from './page-files.ts';
import { Watcher } from './watcher.ts';

export interface ExportOptions {
  readonly lang?: string | null;
  readonly page?: string;
}

/** What was exported. */
export interface ExportedBoard {
  readonly runs: number;
  readonly images: number;
  /** Of the data, in bytes. */
  readonly bytes: number;
}

const ours = 'board-data.js';

/**
 * Writes the board as a folder of files that a browser opens without a server. Curves are thinned out to 4000 points,
 * everything else to 50 steps.
 * @example await exportBoard('runs', 'report');
 */
export async function exportBoard(
  folder: string,
  target: string,
  { lang = null, page = pageFolder() }: ExportOptions = {},
): Promise<ExportedBoard> {
  const index = await LogIndex.open(folder);
  const files = readPageFiles(page);
  await mkdir(target, { recursive: true });
  const there = await readdir(target);
  if (there.length > 0 && !there.includes(ours)) {
    throw new GradusError(`board: ${target} is not empty; export into a new folder`);
  }
  const watcher = new Watcher(index);
  await watcher.ready;
  watcher.stop();
  const app = boardApp({ index, watcher, page: files, folder, lang, host: 'localhost' });
  try {
    const exporter = new Exporter(app, target);
    const runs = index.runs();
    await exporter.write(runs);
    for (const [name, { body }] of files) {
      const isPage = name === 'index.html';
      await writeFile(join(target, name), isPage ? staticPage(body.toString('utf8')) : body);
    }
    return { runs: runs.length, images: exporter.images, bytes: exporter.bytes };
  } finally {
    await app.close();
  }
}

/** The page with its data as a script, and the policy that the server would have sent. */
function staticPage(html: string): string {
  // A policy in the page itself cannot say who may frame it.
  const policy = contentPolicy.replace(/; frame-ancestors [^;]*/, '');
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  return html
    .replace('<head>', `<head>\n    ${meta}`)
    .replace(/<script\b/, `<script defer src="./${ours}"></script>\n    <script`);
}

class Exporter {
  images = 0;
  bytes = 0;
  readonly #app: FastifyInstance;
  readonly #target: string;
  readonly #imageFiles: [address: string, file: string][] = [];

  constructor(app: FastifyInstance, target: string) {
    this.#app = app;
    this.#target = target;
  }

  async #get(address: string): Promise<Buffer | null> {
    const { statusCode, rawPayload } = await this.#app.inject({
      url: `/${address}`,
      headers: { host: 'localhost' },
    });
    return statusCode === 200 ? rawPayload : null;
  }

  /** Writes the data as one script, piece by piece: it may be larger than a text can be. */
  async write(runs: readonly RunSummary[]): Promise<void> {
    await mkdir(join(this.#target, 'images'), { recursive: true });
    const file = createWriteStream(join(this.#target, ours));
    const put = async (text: string): Promise<void> => {
      this.bytes += text.length;
      if (!file.write(text)) await once(file, 'drain');
    };
    await put('window.gradusBoardData = { json: {\n');
    for await (const [address, body] of this.#json(runs)) {
      await put(`${JSON.stringify(address)}: ${body},\n`);
    }
    await put('}, packets: {\n');
    for await (const [address, body] of this.#packets(runs)) {
      await put(`${JSON.stringify(address)}: "${body.toString('base64')}",\n`);
    }
    await put('}, images: {\n');
    for (const [address, name] of this.#imageFiles) {
      await put(`${JSON.stringify(address)}: ${JSON.stringify(name)},\n`);
    }
    await put('} };\n');
    file.end();
    await finished(file);
  }

  async *#json(runs: readonly RunSummary[]): AsyncGenerator<[string, string]> {
    const addresses = [dataAddress('runs'), dataAddress('hparams')];
    for (const { name: run, tags } of runs) {
      if (tags.graph) addresses.push(dataAddress('graph', { run }));
      for (const kind of ['image', 'histogram', 'text', 'curve', 'samples']) {
        for (const tag of tags[kind] ?? []) {
          addresses.push(dataAddress('values', { kind, run, tag, limit: SHOWN_STEPS }));
        }
      }
    }
    for (const address of addresses) {
      const body = (await this.#get(address))?.toString('utf8');
      if (!body) continue;
      yield [address, body];
      if (/kind=(image|samples)&/.test(address)) await this.#writeImages(address, body);
    }
  }

  async #writeImages(address: string, body: string): Promise<void> {
    const search = new URLSearchParams(address.slice(address.indexOf('?')));
    const [kind, run, tag] = ['kind', 'run', 'tag'].map((name) => search.get(name) as string);
    const { values } = JSON.parse(body) as { values: { index: number; images: number }[] };
    // Samples are the same at every step: those of the last one do for all.
    const steps = kind === 'samples' ? values.slice(-1) : values;
    for (const { index, images } of steps) {
      for (let n = 0; n < images; n++) {
        const image = dataAddress('image', { kind, run, tag, index, n });
        const bytes = await this.#get(image);
        if (!bytes) continue;
        const name = `images/${++this.images}.png`;
        await writeFile(join(this.#target, name), bytes);
        this.#imageFiles.push([image, name]);
      }
    }
  }

  async *#packets(runs: readonly RunSummary[]): AsyncGenerator<[string, Buffer]> {
    const addresses = [...new Set(runs.flatMap(({ tags }) => tags.scalar ?? []))].map((tag) =>
      dataAddress('scalars', { tag, points: STATIC_POINTS }),
    );
    for (const { name: run, tags } of runs) {
      for (const tag of tags.embedding ?? [])
        addresses.push(dataAddress('embedding', { run, tag }));
    }
    for (const address of addresses) {
      const body = await this.#get(address);
      if (body) yield [address, body];
    }
  }
}
