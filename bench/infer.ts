// How long a network takes for an image: the inference model of gradus/models through predict.
// npm run -s bench -- infer --model MobileNetV2 --size 224 --batch 1 --threads 1
// Weights follow from a formula that bench/peers/keras_infer.py has as well; the digest of the logits shows
// that both did the same work. `--plain 1` leaves out the folding of normalizations.
import { parseArgs } from 'node:util';
import { setThreads } from 'gradus';
import * as models from 'gradus/models';
import { codeKilobytes, engineName, usualThreads } from './lib/engine.ts';
import { median, report, rounded } from './lib/figures.ts';
import { formulaImages, logitsDigest, setFormulaWeights } from './lib/formula-weights.ts';
import { numberOptions } from './lib/options.ts';

const { VGG16, VGG19, ResNet50, MobileNet, MobileNetV2, EfficientNetLite0, SqueezeNet } = models;
const makers = { VGG16, VGG19, ResNet50, MobileNet, MobileNetV2, EfficientNetLite0, SqueezeNet };

const { values } = parseArgs({ options: { model: { type: 'string' } }, strict: false });
const spelled = (name: string): string => name.toLowerCase().replaceAll(/[_-]/g, '');
const wanted = spelled(String(values.model ?? 'MobileNetV2'));
const name = (Object.keys(makers) as (keyof typeof makers)[]).find(
  (key) => spelled(key) === wanted,
);
if (!name) {
  console.error(`--model is one of ${Object.keys(makers).join(', ')}`);
  process.exit(2);
}
const defaults = { size: name === 'SqueezeNet' ? 227 : 224, batch: 1, threads: usualThreads };
const options = numberOptions({ ...defaults, seconds: 3, plain: 2 }, ['model']);
const { size, batch, threads, seconds } = options;

setThreads(threads);
const model = makers[name]({
  weights: null,
  inputShape: [size, size, 3],
  classifierActivation: null,
});
setFormulaWeights(model.layers);
const network = options.plain === 1 ? model : models.inferenceModel(model);
const images = formulaImages(batch, size);

const times: number[] = [];
let logits = images;
// The first two runs make the plan and warm it up.
for (let end = Number.POSITIVE_INFINITY; times.length < 7 || performance.now() < end; ) {
  const start = performance.now();
  logits = (await network.predict(images, { batchSize: batch, verbose: 0 })) as typeof images;
  times.push(performance.now() - start);
  if (times.length === 2) end = performance.now() + 1000 * seconds;
}
const warm = times.slice(2);
report({
  lab: 'infer',
  engine: engineName(),
  model: name,
  size,
  batch,
  threads,
  ms_per_image: rounded(median(warm) / batch, 3),
  ms_per_image_best: rounded(Math.min(...warm) / batch, 3),
  first_s: rounded(times[0] / 1000, 3),
  code_kb: codeKilobytes(),
  parameters: model.countParams(),
  peak_mb: Math.floor(process.resourceUsage().maxRSS / 1024),
  ...logitsDigest(Array.from(await logits.data(), Number)),
});
