// The programs of the README are the examples, word for word: those are run by `npm run examples`.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = new URL('../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8').replaceAll('\r\n', '\n');
const readmes = ['README.md', 'README.zh-CN.md'];

describe.each(readmes)('%s', (readme) => {
  const text = read(readme);

  test('shows examples that exist', () => {
    const programs = [...text.matchAll(/```ts\n\/\/ (examples\/[\w-]+\.ts)\n([\s\S]*?)```/g)];
    expect(programs).not.toHaveLength(0);
    expect(text.match(/```ts\n/g)).toHaveLength(programs.length);
    for (const [, file, program] of programs) expect(program, file).toBe(read(file));
  });

  test('names subpaths and scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const folders = readdirSync(fileURLToPath(new URL('src/', root)));
    for (const [, folder] of text.matchAll(/`gradus\/([\w-]+)`/g)) {
      expect(folders).toContain(folder);
    }
    for (const [, name] of text.matchAll(/npm run (?:-s )?([\w-]+)/g)) {
      expect(Object.keys(scripts)).toContain(name);
    }
  });

  test('links to files that exist', () => {
    const links = [...text.matchAll(/\]\(([\w./-]+)\)/g)].map(([, file]) => file);
    expect(links).not.toHaveLength(0);
    for (const file of links) expect(read(file), file).not.toBe('');
  });
});
