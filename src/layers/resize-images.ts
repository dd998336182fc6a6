import { sin } from '../expr/math.ts';
import { fromData, matmul, moveAxis, resize } from '../ops/index.ts';
import { keysKernel, onCubicTable } from '../ops/window/cubic.ts';
import type { Tensor } from '../tensor/index.ts';

/** Ways to find values between pixels. */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos3' | 'lanczos5' | 'area';

/** What a pixel contributes at a distance, and how far it reaches. */
interface ResampleKernel {
  readonly radius: number;
  readonly weight: (distance: number) => number;
}

const lanczos = (radius: number): ResampleKernel => ({
  radius,
  weight: (x) => {
    if (x >= radius) return 0;
    if (x < 1e-5) return 1;
    const angle = Math.PI * x;
    return (radius * sin(angle) * sin(angle / radius)) / (angle * angle);
  },
});

const kernels: Readonly<Record<string, ResampleKernel>> = {
  bilinear: { radius: 1, weight: (x) => Math.max(0, 1 - x) },
  bicubic: { radius: 2, weight: keysKernel },
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
};

/**
 * Images [batch, height, width, channels] in another size. With `antialias` the kernel is widened when the image gets smaller, so
 * that no pixel is passed over.
 */
export function resizeImages(
  x: Tensor,
  size: readonly [number, number],
  interpolation: Interpolation,
  antialias = false,
): Tensor {
  if (interpolation === 'nearest' || interpolation === 'area') {
    return resize(x, size, { method: interpolation });
  }
  if (!antialias && interpolation === 'bilinear') return resize(x, size, { method: interpolation });
  const kernel = kernels[interpolation];
  return size.reduce((image, n, i) => resampled(image, i + 1, n, kernel, antialias), x);
}

/** One axis resampled by a product with the matrix of the kernel's weights. */
function resampled(
  x: Tensor,
  axis: number,
  count: number,
  { radius, weight }: ResampleKernel,
  antialias: boolean,
): Tensor {
  const size = x.shape[axis];
  if (size === count) return x;
  const step = size / count;
  const spread = antialias ? Math.max(step, 1) : 1;
  const matrix = new Float64Array(size * count);
  for (let i = 0; i < count; i++) {
    const place = (i + 0.5) * step;
    const center = radius === 2 && !antialias ? onCubicTable(place) : place;
    const first = Math.max(0, Math.ceil(center - radius * spread - 0.5));
    const last = Math.min(size - 1, Math.floor(center + radius * spread - 0.5));
    let total = 0;
    for (let j = first; j <= last; j++) {
      const share = weight(Math.abs(j + 0.5 - center) / spread);
      matrix[j * count + i] = share;
      total += share;
    }
    for (let j = first; j <= last; j++) matrix[j * count + i] /= total;
  }
  const weights = fromData(matrix, [size, count], x.dtype);
  return moveAxis(matmul(moveAxis(x, axis, -1), weights), -1, axis);
}
