import { fromData, ops, type Tensor } from 'gradus';
import type { Picture } from '../../parts/picture-source.tsx';

/** What slides over the picture. */
export interface Setup {
  readonly size: number;
  readonly stride: number;
}

/** Values of one channel, row by row. */
export interface Pooled {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** What is left of a shift after pooling so many times: the part of the values that changed, from 0 to 1. */
export interface ShiftEffect {
  readonly largest: readonly number[];
  readonly mean: readonly number[];
}

const asTensor = ({ data, height, width }: Picture): Tensor =>
  fromData(Float32Array.from(data), [1, height, width, 1]);

const poolOf = (x: Tensor): Pooled => ({
  width: x.shape[2],
  height: x.shape[1],
  values: Float32Array.from(x.dataSync() as Float32Array),
});

/** The largest and the mean of each window. */
export function pool(picture: Picture, { size, stride }: Setup): { largest: Pooled; mean: Pooled } {
  const x = asTensor(picture);
  return {
    largest: poolOf(ops.maxPool2d(x, size, { strides: stride })),
    mean: poolOf(ops.avgPool2d(x, size, { strides: stride })),
  };
}

/** The picture moved by whole cells; what leaves it is gone. */
export function shift(picture: Picture, dx: number, dy: number): Picture {
  const { width, height } = picture;
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x - dx, y - dy];
      if (u >= 0 && v >= 0 && u < width && v < height) {
        data[y * width + x] = picture.data[v * width + u];
      }
    }
  }
  return { ...picture, data };
}

/** How much of a shift is left in the picture, and after pooling once, twice, three times. */
export function effectOfShift(picture: Picture, dx: number, dy: number, size: number): ShiftEffect {
  const [before, after] = [asTensor(picture), asTensor(shift(picture, dx, dy))];
  const changed = (a: Tensor, b: Tensor): number => {
    const whole = ops.abs(a).add(ops.abs(b)).sum().item() as number;
    return whole === 0 ? 0 : (ops.abs(a.sub(b)).sum().item() as number) / whole;
  };
  const follow = (step: (x: Tensor) => Tensor): number[] => {
    let [a, b] = [before, after];
    const shares = [changed(a, b)];
    while (shares.length < 4 && Math.min(a.shape[1], a.shape[2]) >= size) {
      [a, b] = [step(a), step(b)];
      shares.push(changed(a, b));
    }
    return shares;
  };
  return {
    largest: follow((x) => ops.maxPool2d(x, size)),
    mean: follow((x) => ops.avgPool2d(x, size)),
  };
}
