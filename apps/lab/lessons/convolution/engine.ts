import { fromData, noGrad, ops, type Tensor } from 'gradus';
import { digitsModel } from '../../engine/digits.ts';
import type { Picture } from '../../parts/picture-source.tsx';

/** What slides over the picture. */
export interface Setup {
  /** One table of size x size a channel, for each kernel. */
  readonly kernels: readonly (readonly (readonly number[])[])[];
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

/** What comes out: one map a kernel. */
export interface Output {
  readonly width: number;
  readonly height: number;
  readonly maps: readonly Float32Array[];
}

function mapsOf(x: Tensor): Output {
  const [, height, width, count] = x.shape;
  const data = x.dataSync() as Float32Array;
  const maps = Array.from({ length: count }, (_, k) =>
    Float32Array.from({ length: width * height }, (_, i) => data[i * count + k]),
  );
  return { width, height, maps };
}

const asTensor = ({ data, height, width, channels }: Picture): Tensor =>
  fromData(Float32Array.from(data), [1, height, width, channels]);

/** Slides the kernels over a picture. */
export function convolve(picture: Picture, setup: Setup): Output {
  const { kernels, size, stride, padding, dilation } = setup;
  const { channels } = picture;
  // Filters are [height, width, channels, kernels] in memory.
  const filter = new Float32Array(size * size * channels * kernels.length);
  kernels.forEach((slices, k) => {
    slices.forEach((slice, c) => {
      slice.forEach((weight, i) => {
        filter[(i * channels + c) * kernels.length + k] = weight;
      });
    });
  });
  const x = ops.conv2d(
    asTensor(picture),
    fromData(filter, [size, size, channels, kernels.length]),
    { strides: stride, padding, dilation },
  );
  return mapsOf(x);
}

/** Kernels of the first layer of the network of lesson 1, and what each makes of a picture of one channel. */
export async function learned(
  picture: Picture,
): Promise<{ kernels: Float32Array[]; output: Output }> {
  const layer = (await digitsModel()).getLayer('conv1');
  const { kernel } = layer as unknown as { kernel: Tensor };
  const data = kernel.dataSync() as Float32Array;
  const count = kernel.shape[3];
  return noGrad(() => ({
    kernels: Array.from({ length: count }, (_, k) =>
      Float32Array.from({ length: 9 }, (_, i) => data[i * count + k]),
    ),
    output: mapsOf(layer.apply(asTensor(picture), { training: false })),
  }));
}
