import { describe, expect, test } from 'vitest';
import { gradus } from '../../test/gradus-command.ts';

test.each([
  'doctor',
  'train',
  'evaluate',
  'predict',
  'recognize',
  'explain',
  'board',
  'inspect',
  'convert',
])('%s --help shows an example', async (name) => {
  const { code, stdout, stderr } = await gradus([name, '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`Example:\\n {2}\\$ gradus ${name}`));
  expect(stdout).toContain('--json');
  expect(stdout).toContain('--debug');
});

test('--version is that of the package', async () => {
  const { code, stdout } = await gradus(['--version']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
});

describe('wrong use ends with code 2 and says on one line what is wrong', () => {
  test.each([
    [['fly'], "unknown command 'fly'"],
    [['train'], "missing required argument 'data'"],
    [['train', 'imagenet'], 'Allowed choices are mnist'],
    [['train', 'mnist', 'more'], 'too many arguments'],
    [['train', 'mnist', '--epoch', '3'], '(Did you mean --epochs?)'],
    [['train', 'mnist', '--epochs', 'three'], 'whole number >= 1'],
    [['train', 'mnist', '--batch-size', '0'], 'whole number >= 1'],
    [['train', 'mnist', '--threads', '1.5'], 'whole number >= 1'],
    [['train', 'mnist', '--learning-rate', '-1'], 'a number above 0'],
    [['train', 'mnist', '--model', 'vgg'], 'Allowed choices are cnn, lenet, mlp'],
    [['train', 'mnist', '--optimizer', 'magic'], 'Allowed choices are adam, sgd, rmsprop'],
    [['evaluate', 'model.safetensors'], "missing required argument 'data'"],
    [['predict', 'model.safetensors'], "missing required argument 'image'"],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await gradus(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^gradus: [^\n]*\n$/);
  });

  test('nothing at all shows help', async () => {
    const { code, stderr } = await gradus([]);
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: gradus');
  });
});
