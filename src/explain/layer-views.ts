import type { KerasTensor, Layer, LayerNode } from '../layers/index.ts';
import { formatShape, ShapeError, type Tensor, ValueError } from '../tensor/index.ts';
import { Model } from '../training/index.ts';
import { batchOf, layerOf } from './watched-model.ts';

/**
 * What a layer makes of images: its output, [n, height, width, channels] for a convolution.
 * @example plot.featureMaps(await activations(model, images, 'block1_conv1'))
 */
export async function activations(
  model: Model,
  images: Tensor,
  layer: string | number,
): Promise<Tensor> {
  const batch = batchOf('activations', model, images);
  const wanted = layerOf('activations', model, layer);
  const node = model.graph?.nodes.find((one) => one.layer === wanted) as LayerNode;
  const front = new Model({ inputs: model.inputs[0], outputs: node.outputs[0] as KerasTensor });
  return front.predict(batch, { verbose: 0 });
}

/**
 * The filters of a convolution, [height, width, channels, filters], to be looked at.
 * @example plot.filters(filters(model, 'block1_conv1'))
 */
export function filters(model: Model, layer: string | number): Tensor {
  const wanted = model.getLayer(layer);
  const { kernel } = wanted as Layer & { readonly kernel?: Tensor };
  if (!kernel) {
    throw new ValueError(`filters: layer ${wanted.name} (${wanted.className}) has no kernel`);
  }
  if (kernel.rank === 4) return kernel.detach();
  throw new ShapeError(
    `filters: layer ${wanted.name} has a kernel ${formatShape(kernel.shape)}; filters are [height, width, channels, filters]`,
  );
}
