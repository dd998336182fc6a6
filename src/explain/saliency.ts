import { gradients } from '../autograd/index.ts';
import { fromData } from '../ops/index.ts';
import { runInScope, Scope, type Tensor, ValueError } from '../tensor/index.ts';
import type { Model } from '../training/index.ts';
import { type ClassOptions, recorded } from './grad-cam.ts';
import { unitMaps } from './unit-maps.ts';
import { batchOf, chosenClasses, selection, watch } from './watched-model.ts';

/** Options of `integratedGradients` and `saliency`. */
export interface SaliencyOptions extends ClassOptions {
  /** Images between the baseline and the image at which the slope is taken; more are more exact. Default 32. */
  readonly steps?: number;
  /** What stands for no information, in every point of every channel or as an image of its own. Default 0. */
  readonly baseline?: number | Tensor;
}

/**
 * What each number of an image adds to its class's score (before the softmax), compared with a baseline: the slopes on the way from there to
 * the image, summed. All together they are the difference of the two scores. Gives [n, height, width, channels]. Sundararajan
 * et al. 2017, *Axiomatic attribution for deep networks*, https://arxiv.org/abs/1703.01365.
 * @example const parts = await integratedGradients(model, images, { steps: 64 });
 */
export async function integratedGradients(
  model: Model,
  images: Tensor,
  { classIndex, steps = 32, baseline = 0 }: SaliencyOptions = {},
): Promise<Tensor> {
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new ValueError(
      `integratedGradients: steps must be a whole number >= 1, received ${steps}`,
    );
  }
  const batch = batchOf('integratedGradients', model, images);
  const { run } = watch('integratedGradients', model, model.layers.at(-1)?.name);
  const { logits } = run(batch);
  const classes = await chosenClasses('integratedGradients', logits, classIndex);
  const factors = selection(classes, logits.shape[1]);
  const way = batch.sub(baseline);
  const total = new Float32Array(batch.size);
  for (let i = 0; i < steps; i++) {
    const scope = new Scope();
    const slope = runInScope(scope, () => {
      // The middle of each part of the way.
      const image = recorded(way.mul((i + 0.5) / steps).add(baseline));
      const scores = run(image).logits;
      return gradients([scores.mul(fromData(factors, scores.shape)).sum()], [image])[0] as Tensor;
    });
    const values = await slope.data();
    for (let at = 0; at < total.length; at++) total[at] += Number(values[at]) / steps;
    scope.end();
  }
  return fromData(total, batch.shape).mul(way);
}

/**
 * Which points of images matter for a class: the sizes of `integratedGradients` over all channels, [n, height, width] from 0 to 1. Points
 * beyond the 99th percentile are 1, so that a few do not hide the others.
 * @example const heat = await saliency(model, images);
 */
export async function saliency(
  model: Model,
  images: Tensor,
  options: SaliencyOptions = {},
): Promise<Tensor> {
  const parts = await integratedGradients(model, images, options);
  const sizes = parts.abs().sum(3);
  const [count, height, width] = sizes.shape;
  const values = Float32Array.from(await sizes.data(), Number);
  const points = height * width;
  for (let i = 0; i < count; i++) {
    const own = values.subarray(i * points, (i + 1) * points);
    const most = own.toSorted()[Math.floor(0.99 * (points - 1))];
    for (let at = 0; at < points; at++) own[at] = Math.min(own[at], most);
  }
  return unitMaps(fromData(values, [count, height, width]));
}
