// The first images of MNIST as a folder of idx files, for tests that must be quick.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mnist } from 'gradus/datasets';
import { idx } from 'gradus/formats';

/** Whether the package that has MNIST is installed; tests that need it are skipped otherwise. */
export const hasMnist = (await mnist.locate())?.source === 'package';

/** Writes so many training and test images, with their labels, into a folder. */
export async function writeSmallMnist(
  folder: string,
  counts: { readonly train: number; readonly test: number },
): Promise<void> {
  const [train, test] = await mnist.loadArrays({ source: 'package' });
  const parts = [
    ['train', train, counts.train],
    ['t10k', test, counts.test],
  ] as const;
  for (const [prefix, [images, labels], count] of parts) {
    const write = (name: string, { data, shape }: typeof images): void => {
      const kept = [count, ...shape.slice(1)];
      const size = kept.reduce((a, b) => a * b);
      const file = { dtype: 'uint8' as const, shape: kept, data: data.slice(0, size) };
      writeFileSync(join(folder, `${prefix}-${name}`), idx.encode(file));
    };
    write('images-idx3-ubyte', images);
    write('labels-idx1-ubyte', labels);
  }
}
