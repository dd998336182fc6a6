import { stat } from 'node:fs/promises';
import { mnistJson } from '../datasets/index.ts';
import { checkWritable } from './check-writable.ts';
import type { Outcome } from './command.ts';
import { grouped, print } from './terminal.ts';

/** Writes MNIST as `mnist.json.gz`, or reads such a file; shows what is in it. */
export async function makeMnistJson({
  out = 'mnist.json.gz',
  data,
  check,
}: {
  readonly out?: string;
  readonly data?: string;
  readonly check?: string;
}): Promise<Outcome> {
  if (check === undefined) await checkWritable(out, { option: '--out', extensions: ['.gz'] });
  const digits =
    check === undefined
      ? await mnistJson.fromMnist({ path: data })
      : await mnistJson.read(check, { maxBytes: 2 ** 31 });
  const report = digits.check();
  print(digits.describe('train', digits.parts.train.length > 0 ? [0] : []));
  if (check !== undefined) return { result: { file: check, ...report } };
  await digits.save(out);
  const { size } = await stat(out);
  print(`saved ${out} (${grouped(Math.round(size / 1024))} KiB)`);
  return { result: { file: out, bytes: size, ...report } };
}
