import type { FileSource } from '#platform';
import { averagePooling2d, conv2d, dense, flatten, Input } from '../layers/index.ts';
import { Model } from '../training/index.ts';

/** Options of {@link LeNet5}. */
export interface LeNet5Options {
  /** A file of weights; null, the default: new ones. */
  readonly weights?: FileSource | null;
  /** Whether the layers that tell classes apart are on top. Default true. */
  readonly includeTop?: boolean;
  /** Height, width and channels of images. Default `[28, 28, 1]`. */
  readonly inputShape?: readonly [number, number, number];
  /** Default 10. */
  readonly classes?: number;
  /** `null` or `'linear'`: the model gives logits. Default `'softmax'`. */
  readonly classifierActivation?: string | null;
  /** Activation of the layers before. Default `'tanh'`, as in the paper. */
  readonly activation?: string;
  readonly name?: string;
}

/**
 * LeNet-5: LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document recognition". Images of 28 x 28
 * are padded to the paper's 32 x 32 by its first convolution; all maps are connected, and the output is a softmax, as is
 * usual today.
 * @example const model = LeNet5();
 */
export function LeNet5(options: LeNet5Options & { readonly weights: FileSource }): Promise<Model>;
export function LeNet5(options?: LeNet5Options & { readonly weights?: null }): Model;
export function LeNet5(options: LeNet5Options = {}): Model | Promise<Model> {
  const {
    weights = null,
    includeTop = true,
    inputShape = [28, 28, 1],
    classes = 10,
    classifierActivation = 'softmax',
    activation = 'tanh',
    name = 'lenet5',
  } = options;
  const padding = inputShape[0] < 32 || inputShape[1] < 32 ? 'same' : 'valid';
  const images = Input({ shape: inputShape });
  let x = conv2d(6, 5, { padding, activation, name: 'c1' }).apply(images);
  x = averagePooling2d(2, { name: 's2' }).apply(x);
  x = conv2d(16, 5, { activation, name: 'c3' }).apply(x);
  x = averagePooling2d(2, { name: 's4' }).apply(x);
  if (includeTop) {
    x = flatten({ name: 'flatten' }).apply(x);
    x = dense(120, { activation, name: 'c5' }).apply(x);
    x = dense(84, { activation, name: 'f6' }).apply(x);
    const last = { activation: classifierActivation ?? 'linear', name: 'predictions' };
    x = dense(classes, last).apply(x);
  }
  const model = new Model({ inputs: images, outputs: x, name });
  return weights === null ? model : model.loadWeights(weights).then(() => model);
}
