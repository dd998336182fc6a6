import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gradus } from '../../test/gradus-command.ts';
import '../index.ts';
import { mnistJson } from '../datasets/index.ts';
import * as paddle from '../paddle/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-mnist-json-'));
const file = join(folder, 'small.json.gz');
const save = join(folder, 'digits.pdparams');

beforeAll(async () => {
  await (await mnistJson.fromMnist()).take(400, 100).save(file);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('trains, saves as Paddle does, measures, and goes on', async () => {
  const options = [
    '--data',
    file,
    '--save',
    save,
    '--batch-size',
    '20',
    '--threads',
    '1',
    '--json',
  ];
  const run = (...more: string[]) => gradus(['train', 'mnist-json', ...options, ...more]);
  const first = await run('--net', 'cnn', '--optimizer', 'adam', '--epochs', '2', '--l2', '1e-5');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain('data: 400 images to train, 100 to validate, 100 to evaluate');
  expect(first.stdout).toMatch(/epoch 2\/2 {2}loss \d\.\d{4} {2}validation accuracy 0\.\d{4}/);
  expect(first.json).toMatchObject({ net: 'cnn', weights: 20_350, epochs: 2, saved: save });
  expect(first.json.accuracy).toBeGreaterThan(0.4);
  const state = await paddle.load(save);
  expect(state['fc.weight'].shape).toEqual([980, 10]);
  const moments = Object.keys(await paddle.load(join(folder, 'digits.pdopt')));
  expect(moments).toContain(`${state['fc.weight'].name}_moment1_0`);
  const again = await run('--optimizer', 'adam', '--epochs', '1', '--resume', save);
  expect(again.stdout).toContain(`went on from ${save} and `);
  expect(again.json.losses[0]).toBeLessThan(first.json.losses[1]);
}, 60_000);

test('says what it cannot do', async () => {
  const run = async (...args: string[]) => {
    const { code, stderr } = await gradus(args);
    return `${code} ${stderr}`;
  };
  const broken = join(folder, 'broken.json.gz');
  writeFileSync(broken, 'nothing of that kind');
  expect(await run('train', 'mnist-json', '--save', 'a.pdparams', '--data', broken)).toMatch(
    /^1 gradus: .*broken\.json\.gz, offset 0: train: neither a number nor a list/,
  );
  expect(await run('train', 'mnist-json', '--save', 'a.safetensors')).toBe(
    '1 gradus: --save a.safetensors: the name must end in .pdparams\n',
  );
  expect(await run('train', 'mnist-json', '--save', 'a.pdparams', '--data', 'none.gz')).toContain(
    'there is no such file; gradus data mnist-json makes one',
  );
  expect(await run('train', 'mnist', '--net', 'fc')).toBe(
    '2 gradus: --net is for gradus train mnist-json\n',
  );
  expect(await run('train', 'mnist', '--optimizer', 'adagrad')).toBe(
    '2 gradus: --optimizer adagrad is for gradus train mnist-json\n',
  );
}, 60_000);

test('a file is checked, and made', async () => {
  const checked = await gradus(['data', 'mnist-json', '--check', file, '--json']);
  expect(checked).toMatchObject({ code: 0, stderr: '' });
  expect(checked.stdout).toContain('train 0: label 5');
  expect(checked.json).toMatchObject({ train: { length: 400, pixelMin: -1, pixelMax: 1 } });
  const named = await gradus(['data', 'mnist-json', '--out', join(folder, 'x.json')]);
  expect(named.stderr).toContain('the name must end in .gz');
}, 60_000);
