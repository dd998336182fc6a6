import { writeFile } from 'node:fs/promises';
import { centerBox, cropImage, type RasterImage, resizeImage } from '../data/image/index.ts';
import { readImage } from '../data/index.ts';
import {
  activations,
  filters,
  gradCam,
  type HeatMap,
  heatBox,
  heatImage,
  occlusion,
  saliency,
} from '../explain/index.ts';
import { encodePng } from '../formats/png.ts';
import type { ImageClassifier, PreprocessingStep } from '../hub/index.ts';
import { setThreads, type Tensor, ValueError } from '../index.ts';
import { filters as drawFilters, featureMaps } from '../plot/index.ts';
import { checkWritable } from './check-writable.ts';
import type { Outcome } from './command.ts';
import { openClassifier, readable } from './open-classifier.ts';
import { paint, print, rounded } from './terminal.ts';

/** How a photo is explained. */
export interface ExplainImageOptions {
  readonly model: string;
  readonly mirror?: string;
  readonly method: 'grad-cam' | 'saliency' | 'occlusion' | 'activations' | 'filters';
  readonly layer?: string;
  readonly class?: string;
  readonly out: string;
  readonly threads?: number;
}

/** The longer side of the photo in the picture, at most and at least. */
const [largest, smallest] = [640, 224];

/** Draws which parts of a photo speak for a class, or what a layer sees. */
export async function explainImage(photo: string, options: ExplainImageOptions): Promise<Outcome> {
  const { model: wanted, mirror, method, out, threads } = options;
  await checkWritable(out, { option: '--out', extensions: ['.png'] });
  if (threads) setThreads(threads);
  const classifier = await openClassifier(wanted, mirror);
  const image = await readImage(photo, classifier.reading);
  const input = await classifier.prepare(image);
  const [best] = await classifier.classify(image, { topK: 1 });
  const classIndex =
    options.class === undefined ? best.index : classNumber(classifier, options.class);
  const { label } = classifier.classes[classIndex];
  const scores = await classifier.classify(image, { topK: classifier.classes.length });
  const score = scores.find(({ index }) => index === classIndex)?.score ?? 0;
  const facts = { model: classifier.name, image: photo, method, class: label, index: classIndex };
  print(paint('bold', `${photo}: ${readable(label)} (${(100 * score).toFixed(1)} %)`));
  if (method === 'activations' || method === 'filters') {
    const layer = drawnLayer(classifier, options.layer);
    const figure =
      method === 'filters'
        ? drawFilters(filters(classifier.model, layer))
        : featureMaps(await activations(classifier.model, input, layer));
    await figure.save(out);
    print(`drew ${method} of ${layer}: ${out}`);
    return { result: { ...facts, score: rounded(score), layer, out } };
  }
  const heat = await heatOf(classifier, input, classIndex, options);
  const [, height, width] = heat.shape;
  const map = { width, height, data: Float32Array.from(await heat.data(), Number) };
  if (map.data.every((value) => value <= 0)) {
    throw new ValueError(`${photo}: nothing in it speaks for ${readable(label)}`);
  }
  const most = map.data.reduce((a, b) => Math.max(a, b), 0);
  const unit = { ...map, data: map.data.map((value) => value / most) };
  const seen = seenPart(image, classifier.preprocessing);
  await writeFile(out, encodePng(heatImage(seen, unit)));
  const focus = heatBox(coarse(unit));
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  print(
    `looks at ${percent(focus.x)} to ${percent(focus.x + focus.width)} of the width and ` +
      `${percent(focus.y)} to ${percent(focus.y + focus.height)} of the height; drew ${out}`,
  );
  return { result: { ...facts, score: rounded(score), focus, out } };
}

/** Means of parts of a map: single points say little of where a network looks. */
function coarse(map: HeatMap): HeatMap {
  const [height, width] = [map.height, map.width].map((n) => Math.min(n, 14));
  const { data } = resizeImage({ ...map, channels: 1 }, [height, width], { interpolation: 'area' });
  return { width, height, data: Float32Array.from(data) };
}

function heatOf(
  { model }: ImageClassifier,
  input: Tensor,
  classIndex: number,
  { method, layer }: ExplainImageOptions,
): Promise<Tensor> {
  if (method === 'grad-cam') return gradCam(model, input, { classIndex, layer });
  if (method === 'saliency') return saliency(model, input, { classIndex });
  return occlusion(model, input, { classIndex });
}

function classNumber({ classes, name }: ImageClassifier, wanted: string): number {
  const simple = (text: string): string => text.toLowerCase().replaceAll(/[ _]+/g, '_');
  const found = classes.findIndex(
    ({ label, id }) => simple(label) === simple(wanted) || id === wanted,
  );
  if (found >= 0) return found;
  if (/^\d+$/.test(wanted) && Number(wanted) < classes.length) return Number(wanted);
  const some = classes.slice(0, 8).map(({ label }) => label);
  throw new ValueError(
    `--class ${wanted}: ${name} has no such class; it has ${some.join(', ')}` +
      (classes.length > some.length ? ` and ${classes.length - some.length} more` : ''),
  );
}

/** The layer to draw: the first convolution, where none is named. */
function drawnLayer({ model }: ImageClassifier, wanted: string | undefined): string {
  if (wanted !== undefined) return model.getLayer(wanted).name;
  const first = model.layers.find(({ className }) => className === 'Conv2D');
  if (first) return first.name;
  throw new ValueError(`${model.name} has no convolution; name a layer with --layer`);
}

/** What the network sees of a photo, in a size to be looked at. */
function seenPart(
  image: RasterImage<Uint8Array>,
  steps: readonly PreprocessingStep[],
): RasterImage<Uint8Array> {
  let seen = image;
  for (const step of steps) {
    if (step.step !== 'center_crop') continue;
    const [numerator, denominator] = step.fraction;
    const shorter = Math.min(seen.width, seen.height);
    const side = Math.max(1, Math.floor((shorter * numerator) / denominator));
    seen = cropImage(seen, centerBox(seen, side, side));
  }
  const longer = Math.max(seen.width, seen.height);
  const scale = Math.min(largest, Math.max(smallest, longer)) / longer;
  if (scale === 1) return seen;
  const size = [seen.height, seen.width].map((n) => Math.max(1, Math.round(n * scale)));
  const { width, height, channels, data } = resizeImage(seen, size as [number, number], {
    antialias: true,
  });
  return { width, height, channels, data: Uint8Array.from(Uint8ClampedArray.from(data)) };
}
