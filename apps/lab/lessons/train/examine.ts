import { fromData, type Model, type Tensor } from 'gradus';
import type { Part } from '../../engine/data-sets.ts';
import { PlainError } from '../../engine/plain-error.ts';

/** A test image that was read wrongly. */
export interface Mistake {
  readonly pixels: Uint8Array;
  readonly label: number;
  readonly read: number;
  /** How sure the network was of the wrong one. */
  readonly share: number;
}

/** How a network does on test images. */
export interface Examination {
  readonly count: number;
  readonly accuracy: number;
  /** 10 x 10: rows what it was, columns what was read. */
  readonly confusion: Uint32Array;
  /** Those it was surest of, the surest first. */
  readonly mistakes: readonly Mistake[];
}

/** Shape of a model's input for one image of 28 x 28. */
function inputShape(model: Model, count: number): number[] {
  const shape = model.inputs[0]?.shape ?? [null, 28, 28, 1];
  const size = shape.slice(1).reduce<number>((a, b) => a * (b ?? 28), 1);
  const classes = model.outputs[0]?.shape.at(-1);
  if (size === 784 && classes === 10) return [count, ...shape.slice(1).map((n) => n ?? 28)];
  throw new PlainError({
    en: 'This model does not read pictures of 28 × 28 into ten classes; lesson 10 opens models of any kind.',
    zh: '这个模型不是把 28 × 28 的图片分成十类；第 10 课可以打开任何模型。',
  });
}

/** Reads test images and counts what was taken for what. */
export async function examine(
  model: Model,
  { images, labels }: Part,
  most: number,
): Promise<Examination> {
  const count = Math.min(most, images.shape[0]);
  const bytes = images.data as Uint8Array;
  const x = fromData(
    Float32Array.from(bytes.subarray(0, count * 784), (value) => value / 255),
    inputShape(model, count),
  );
  const output = await model.predict<Tensor>(x, { batchSize: 100, verbose: 0 });
  const shares = output.dataSync() as Float32Array;
  const confusion = new Uint32Array(100);
  const mistakes: Mistake[] = [];
  let right = 0;
  for (let i = 0; i < count; i++) {
    const row = shares.subarray(i * 10, i * 10 + 10);
    const read = row.indexOf(row.reduce((a, b) => Math.max(a, b)));
    const label = Number(labels.data[i]);
    confusion[label * 10 + read]++;
    if (read === label) right++;
    else
      mistakes.push({ pixels: bytes.slice(i * 784, (i + 1) * 784), label, read, share: row[read] });
  }
  mistakes.sort((a, b) => b.share - a.share);
  return { count, accuracy: right / count, confusion, mistakes: mistakes.slice(0, 24) };
}
