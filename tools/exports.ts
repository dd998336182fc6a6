// npm run exports: each entry of `exports` exists in src and in dist with the same names, can be
// imported as a user does, has types, and documents every name.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { buildIfStale } from './build.ts';
import { root } from './command.ts';

interface Conditions {
  source: string;
  types: string;
  default: string;
}

/** Every subpath of the package with its files; patterns are filled in from the folders of src. */
function entries(): Map<string, Conditions> {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, Conditions | string | null>;
  };
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && exports[`./${entry.name}`] === undefined)
    .filter((entry) => existsSync(join(root, 'src', entry.name, 'index.ts')))
    .map((entry) => entry.name)
    .sort();
  const found = new Map<string, Conditions>();
  for (const [path, target] of Object.entries(exports)) {
    if (target === null || typeof target === 'string') continue;
    for (const folder of path.includes('*') ? folders : ['']) {
      const files = Object.entries(target).map(([key, file]) => [key, file.replace('*', folder)]);
      found.set(path.replace('*', folder), Object.fromEntries(files) as Conditions);
    }
  }
  return found;
}

/** The names that an import gives under a condition, in a process like a user's. */
function namesOf(specifier: string, conditions: readonly string[]): string[] | string {
  const script = `import * as it from '${specifier}'; console.log(JSON.stringify(Object.keys(it)))`;
  const node = [...conditions, '--input-type=module', '--eval', script];
  const { status, stdout, stderr } = spawnSync(process.execPath, node, {
    cwd: root,
    encoding: 'utf8',
  });
  return status === 0 ? (JSON.parse(stdout) as string[]).sort() : stderr.trim();
}

/** Names exported by a declaration file, each with whether a docstring stands where it is made. */
function documented(file: string, seen = new Set<string>()): Map<string, boolean> {
  const names = new Map<string, boolean>();
  if (seen.has(file) || !existsSync(file)) return names;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  const from = (specifier: string) => {
    const path = join(dirname(file), specifier.replace(/\.(ts|js)$/, '.d.ts'));
    return specifier.startsWith('.') ? documented(path, seen.has(path) ? new Set() : seen) : null;
  };

  const declaration =
    /(\*\/\s*)?^export (?:default )?(?:declare )?(?:abstract )?(?:class|const|let|function\*?|interface|type|namespace) ([\w$]+)/gm;
  for (const [, comment, name] of text.matchAll(declaration)) {
    names.set(name, names.get(name) === true || comment !== undefined); // one overload is enough
  }
  // Declared first and exported below: `declare function f(): void; export { f };`
  const local = new Map<string, boolean>();
  const plain = /(\*\/\s*)?^(?:declare )?(?:class|const|function|interface|type) ([\w$]+)/gm;
  for (const [, comment, name] of text.matchAll(plain)) {
    local.set(name, local.get(name) === true || comment !== undefined);
  }
  for (const [, alias, specifier] of text.matchAll(
    /^export \*(?: as ([\w$]+))? from ['"](.+?)['"]/gm,
  )) {
    if (alias)
      names.set(alias, true); // a namespace is its folder's page
    else for (const [name, has] of from(specifier) ?? []) names.set(name, has);
  }
  for (const [, list, specifier] of text.matchAll(
    /^export (?:type )?\{([^}]*)\}(?: from ['"](.+?)['"])?/gm,
  )) {
    const source = specifier ? from(specifier) : local;
    for (const item of list.split(',')) {
      const [name, alias = name] = item
        .trim()
        .replace(/^type /, '')
        .split(' as ');
      if (name) names.set(alias, source?.get(name) ?? specifier === undefined);
    }
  }
  names.delete('default');
  return names;
}

function problemsOf(path: string, files: Conditions): string[] {
  const missing = Object.values(files).filter((file) => !existsSync(join(root, file)));
  if (missing.length > 0) return missing.map((file) => `${file} is missing`);
  const specifier = path.replace('.', 'gradus');
  const fromSource = namesOf(specifier, [
    '--conditions=source',
    `--import=${new URL('./typescript.mjs', import.meta.url).href}`,
  ]);
  const fromDist = namesOf(specifier, []);
  if (typeof fromSource === 'string') return [`the source does not load\n${fromSource}`];
  if (typeof fromDist === 'string') return [`the build does not load\n${fromDist}`];
  const problems: string[] = [];
  if (fromSource.join() !== fromDist.join()) problems.push('src and dist export other names');
  const names = documented(join(root, files.types));
  for (const name of fromDist) {
    if (name !== 'default' && !names.has(name)) problems.push(`${name} has no type declaration`);
  }
  for (const [name, has] of names) if (!has) problems.push(`${name} has no docstring`);
  return problems;
}

buildIfStale();
let failed = 0;
const all = entries();
for (const [path, files] of all) {
  const problems = problemsOf(path, files);
  if (problems.length > 0) failed++;
  const name = relative('.', path) === '' ? 'gradus' : path.replace('.', 'gradus');
  console.log(`${problems.length === 0 ? 'passed' : 'FAILED'}  ${name}`);
  for (const problem of problems) console.log(`        ${problem}`);
}
console.log(`${all.size - failed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
