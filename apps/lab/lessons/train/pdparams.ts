import type { Layer, Model, Tensor } from 'gradus';
import { pickle } from 'gradus/formats';

const arrayOf = (x: Tensor) =>
  pickle.numpyArray({
    dtype: 'float32',
    shape: [...x.shape],
    data: Float32Array.from(x.dataSync() as Float32Array),
  });

/**
 * A network's weights as Paddle's state dictionary of the same layers in an `nn.Sequential`: filters turned to [kernels, channels,
 * height, width], and the rows of the first dense layer behind a flatten in the order of channels first.
 */
export function pdparams(model: Model): Uint8Array {
  const state = new Map<string, ReturnType<typeof pickle.numpyArray>>();
  let flattened: readonly number[] | null = null;
  model.layers.forEach((layer, i) => {
    if (layer.className === 'Flatten') flattened = shapeBefore(model, i);
    for (const [name, value] of paddleWeights(layer, flattened))
      state.set(`${i}.${name}`, arrayOf(value));
    if (layer.className === 'Dense') flattened = null;
  });
  return pickle.encode(state);
}

function shapeBefore(model: Model, index: number): readonly number[] | null {
  const before = index > 0 ? [model.layers[index - 1].output].flat()[0] : model.inputs[0];
  const shape = before.shape.slice(1);
  return shape.length === 3 ? shape.map((n) => n ?? 1) : null;
}

function paddleWeights(layer: Layer, flattened: readonly number[] | null): [string, Tensor][] {
  return layer.weights.map((weight): [string, Tensor] => {
    switch (weight.name) {
      case 'kernel':
        if (weight.rank === 4) return ['weight', weight.transpose([3, 2, 0, 1])];
        return ['weight', flattened ? channelsFirst(weight, flattened) : weight];
      case 'gamma':
        return ['weight', weight];
      case 'beta':
        return ['bias', weight];
      case 'moving_mean':
        return ['_mean', weight];
      case 'moving_variance':
        return ['_variance', weight];
      default:
        return [weight.name, weight];
    }
  });
}

const channelsFirst = (kernel: Tensor, [h, w, c]: readonly number[]): Tensor =>
  kernel
    .reshape([h, w, c, kernel.shape[1]])
    .transpose([2, 0, 1, 3])
    .reshape([h * w * c, kernel.shape[1]]);
