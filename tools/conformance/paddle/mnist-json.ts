import { join } from 'node:path';
import { datasets } from 'gradus';
import paddle from 'gradus/paddle';
import type { Case, CaseFile } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { argumentsFor, build, callFunction, resolve } from './call.ts';

const digits = new Map<string, Promise<datasets.mnistJson.MnistJson>>();

/** The suite's file, read once. */
function fileOf({ folder }: CaseFile): Promise<datasets.mnistJson.MnistJson> {
  const path = join(folder, 'mnist.json.gz');
  const known = digits.get(path) ?? datasets.mnistJson.read(path);
  digits.set(path, known);
  return known;
}

/** A pass of a reader, joined. */
interface Pass {
  readonly sizes: number[];
  readonly shapes: (readonly number[])[];
  readonly dtypes: readonly string[];
  readonly labelShape: readonly number[];
  readonly images: Float32Array[];
  readonly labels: number[];
}

async function passOf(reader: datasets.mnistJson.BatchReader): Promise<Pass> {
  const sizes: number[] = [];
  const shapes: (readonly number[])[] = [];
  const images: Float32Array[] = [];
  const labels: number[] = [];
  let dtypes: readonly string[] = [];
  let labelShape: readonly number[] = [];
  for (const [x, y] of reader()) {
    const [count] = x.shape;
    if (sizes.length === 0) {
      dtypes = [x.dtype, y.dtype];
      labelShape = y.shape;
    }
    sizes.push(count);
    shapes.push(x.shape);
    const data = x.dataSync() as Float32Array;
    const size = data.length / count;
    for (let i = 0; i < count; i++) images.push(data.slice(i * size, (i + 1) * size));
    for (const label of y.dataSync()) labels.push(label);
  }
  return { sizes, shapes, dtypes, labelShape, images, labels };
}

const sumOf = (image: Float32Array): number => image.reduce((sum, pixel) => sum + pixel, 0);

/** A reader of one part of the lesson's file. */
export async function readerCase(c: Case, file: CaseFile, checks: Checks): Promise<void> {
  const { mode, batch_size: batchSize, flat } = c.call.args;
  const reader = (await fileOf(file)).reader(mode, { batchSize, flat });
  const pass = await passOf(reader);
  const again = await passOf(reader);
  checks.equal('examples', pass.images.length, c.examples);
  checks.equal('batches', pass.sizes.length, c.batches);
  checks.equal('sizes of batches', pass.sizes, c.batch_sizes);
  checks.equal('shape of images', pass.shapes[0], c.image_shape);
  checks.equal('shape of the last images', pass.shapes.at(-1), c.last_image_shape);
  checks.equal('shape of labels', pass.labelShape, c.label_shape);
  checks.equal('dtypes', pass.dtypes, [c.image_dtype, c.label_dtype]);
  const counts = Array.from({ length: 10 }, (_, d) => pass.labels.filter((l) => l === d).length);
  checks.equal('counts of labels', counts, c.label_counts);
  const pixels = pass.images.map(sumOf);
  const total = pixels.reduce((sum, one) => sum + one, 0);
  checks.numbers('sum of pixels', [total], [c.pixel_sum], c.tolerance);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const image of pass.images) {
    for (const pixel of image) {
      low = Math.min(low, pixel);
      high = Math.max(high, pixel);
    }
  }
  checks.numbers('range', [low, high], [c.pixel_min, c.pixel_max], c.tolerance);
  const same = again.labels.join() === pass.labels.join();
  if (c.shuffled) {
    checks.equal('the second pass has another order', !same, c.second_pass_order_differs);
    checkPairs(c, file, checks, pass.labels, pixels);
  } else {
    checks.equal('the second pass has the same order', same, c.second_pass_same_order);
    checks.equal('first labels', pass.labels.slice(0, 3), c.first_labels);
    checks.equal('last labels', pass.labels.slice(-3), c.last_labels);
    if (c.labels) {
      checks.equal('labels', pass.labels, [...file.tensor(c.labels).dataSync()]);
      for (const [what, image] of [
        ['first_image', pass.images[0]],
        ['last_image', pass.images.at(-1) as Float32Array],
      ] as const) {
        checks.numbers(what, image, file.tensor(c[what]).dataSync(), c.tolerance);
      }
    }
  }
}

/** In another order each image keeps its label: images are known by their sums. */
function checkPairs(
  c: Case,
  file: CaseFile,
  checks: Checks,
  labels: readonly number[],
  sums: readonly number[],
): void {
  if (!c.file_image_sums) return;
  const stored = [...file.tensor(c.file_image_sums).dataSync()];
  const storedLabels = [...file.tensor(c.file_labels).dataSync()];
  const differs = labels.join() !== storedLabels.join();
  checks.equal('the order differs from the file', differs, c.order_differs_from_file);
  const sort = (list: readonly number[], of: readonly number[]): [number, number][] =>
    list.map((sum, i): [number, number] => [sum, of[i]]).sort(([a], [b]) => a - b);
  const [got, want] = [sort(sums, labels), sort(stored, storedLabels)];
  checks.numbers(
    'sums of images',
    got.map(([sum]) => sum),
    want.map(([sum]) => sum),
    { rtol: 1e-4, atol: 1e-3 },
  );
  checks.equal(
    'labels by sum',
    got.map(([, label]) => label),
    want.map(([, label]) => label),
  );
}

/** A mode that there is not. */
export async function readerErrorCase(c: Case, file: CaseFile, checks: Checks): Promise<void> {
  const read = await fileOf(file);
  let message = '';
  try {
    read.reader(c.call.args.mode);
  } catch (error) {
    message = (error as Error).message;
  }
  checks.holds('the error says what there is', message.includes(c.error), message);
}

/** `paddle.batch` over a reader of samples. */
export function batchCase(c: Case, _file: CaseFile, checks: Checks): void {
  const samples = c.reader.samples as unknown[];
  const batched = callFunction(c.call.function, [() => samples], c.call.args) as () => Iterable<
    unknown[]
  >;
  checks.equal('batches', [...batched()], c.batches);
}

/** Sizes that are no sizes. */
export function batchErrorCase(c: Case, _file: CaseFile, checks: Checks): void {
  let thrown: unknown;
  try {
    const batched = callFunction(c.call.function, [() => []], c.call.args) as () => Iterable<
      unknown[]
    >;
    [...batched()];
  } catch (error) {
    thrown = error;
  }
  checks.equal('error', (thrown as Error | undefined)?.constructor.name, c.result);
}

/** The valid part as samples: image float32 [1, 28, 28], label a whole number. */
async function validPart(file: CaseFile): Promise<paddle.io.Dataset> {
  const part = (await fileOf(file)).reader('valid', { batchSize: 1 });
  const samples = [...(await passOf(part)).labels.entries()];
  const { images } = await passOf(part);
  class Valid extends paddle.io.Dataset {
    override getItem(index: number): readonly unknown[] {
      const image = { data: images[index], shape: [1, 28, 28], dtype: 'float32' };
      return [image, samples[index][1]];
    }

    override get length(): number {
      return samples.length;
    }
  }
  return new Valid();
}

/** `DataLoader` over the valid part. */
export async function dataLoaderCase(c: Case, file: CaseFile, checks: Checks): Promise<void> {
  const dataset = await validPart(file);
  const loader = build(c.call.class, [dataset], c.call.args) as paddle.io.DataLoader;
  checks.equal('length', loader.length, c.length);
  const shapes: (readonly number[])[] = [];
  const labelShapes: (readonly number[])[] = [];
  const labels: number[] = [];
  for (const [x, y] of loader) {
    if (shapes.length === 0)
      checks.equal('dtypes', [x.dtype, y.dtype], [c.image_dtype, c.label_dtype]);
    shapes.push(x.shape);
    labelShapes.push(y.shape);
    for (const label of y.numpy()) labels.push(label);
  }
  checks.equal('shapes of images', shapes, c.image_shapes);
  checks.equal('shapes of labels', labelShapes, c.label_shapes);
  checks.equal('labels', labels, c.labels.slice(0, labels.length));
}

/** Places in batches. */
export function batchSamplerCase(c: Case, _file: CaseFile, checks: Checks): void {
  const dataset = { length: c.dataset_length };
  const Sampler = resolve(c.call.class);
  const named = { dataset, ...c.call.args };
  const sampler = new Sampler(...argumentsFor(Sampler, [], named)) as paddle.io.BatchSampler;
  const batches = [...sampler];
  checks.equal('length', sampler.length, c.length);
  checks.equal('number of batches', batches.length, c.length);
  checks.equal('first', batches[0], c.first);
  checks.equal('last', batches.at(-1), c.last);
}
