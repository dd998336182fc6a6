import { gradients } from '../autograd/index.ts';
import { fromData, resize } from '../ops/index.ts';
import { formatShape, ShapeError, type Tensor } from '../tensor/index.ts';
import type { Model } from '../training/index.ts';
import { unitMaps } from './unit-maps.ts';
import { batchOf, chosenClasses, selection, watch } from './watched-model.ts';

/** Options of what explains a class. */
export interface ClassOptions {
  /** The class to explain, or one for each image; the likeliest if left out. */
  readonly classIndex?: number | readonly number[];
}

/** Options of `gradCam`. */
export interface GradCamOptions extends ClassOptions {
  /** The layer whose maps are weighed, by name or place; the last one that gives maps if left out. */
  readonly layer?: string | number;
  /** Whether the map has the images' height and width, or else the layer's. Default true. */
  readonly resize?: boolean;
}

/**
 * Where a network looks for a class: a layer's maps, each weighed by how much the class's score grows with it, where they speak for the
 * class. Images [n, height, width, channels] as the model takes them; gives [n, height, width] from 0 to 1. Selvaraju et al. 2017,
 * Grad-CAM, https://arxiv.org/abs/1610.02391.
 * @example const heat = await gradCam(model, images, { classIndex: 281 });
 */
export async function gradCam(
  model: Model,
  images: Tensor,
  { classIndex, layer, resize: isResized = true }: GradCamOptions = {},
): Promise<Tensor> {
  const batch = batchOf('gradCam', model, images);
  const watched = watch('gradCam', model, layer);
  const { activation, logits } = watched.run(recorded(batch));
  if (activation.rank !== 4) {
    throw new ShapeError(
      `gradCam: layer ${watched.layer.name} gives ${formatShape(activation.shape)}, not maps [n, height, width, ` +
        'channels]; take a convolution or pooling',
    );
  }
  const classes = await chosenClasses('gradCam', logits, classIndex);
  const factors = fromData(selection(classes, logits.shape[1]), logits.shape);
  const [slope] = gradients([logits.mul(factors).sum()], [activation]) as [Tensor];
  const weights = slope.mean([1, 2], { keepDims: true });
  const maps = activation.detach().mul(weights).sum(3, { keepDims: true }).relu();
  const [height, width] = batch.shape.slice(1, 3);
  const sized = isResized ? resize(maps, [height, width], { method: 'bilinear' }) : maps;
  return unitMaps(sized.squeeze(3));
}

/** The same images, from which gradients are recorded. */
export function recorded(images: Tensor): Tensor {
  const same = images.detach();
  same.requiresGrad = true;
  return same;
}
