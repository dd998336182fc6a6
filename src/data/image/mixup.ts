import { log, pow } from '../../expr/math.ts';
import { fromData, gather } from '../../ops/index.ts';
import { formatShape, ShapeError, type Tensor, ValueError } from '../../tensor/index.ts';
import { batchSize, type ImageBatch } from './cutout.ts';
import { Draws } from './draws.ts';

/** Options of `mixup`. */
export interface MixupOptions {
  /** Both parameters of the Beta distribution of the shares. Default 0.2. */
  readonly alpha?: number;
  readonly seed?: number;
}

/**
 * A step for data sets of batches: each image and its label are mixed with those of another of the batch. Labels must be
 * one-hot (labelMode 'categorical'). Zhang et al. 2017, https://arxiv.org/abs/1710.09412
 * @example train.map(mixup({ alpha: 0.2, seed: 1 }));
 */
export function mixup({ alpha = 0.2, seed = 0 }: MixupOptions = {}) {
  if (!(alpha > 0 && alpha <= 2)) {
    throw new ValueError(`mixup: alpha must be above 0 and at most 2, received ${alpha}`);
  }
  const draws = new Draws('mixup', seed);
  return async ([images, labels]: ImageBatch): Promise<[Tensor, Tensor]> => {
    const [count] = batchSize('mixup', images);
    if (labels.rank !== 2 || labels.shape[0] !== count) {
      throw new ShapeError(
        `mixup: expects one-hot labels [${count}, classes], received ${formatShape(labels.shape)}; ` +
          "use labelMode 'categorical'",
      );
    }
    const shares = Float32Array.from({ length: count });
    for (let n = 0; n < count; n++) shares[n] = await betaShare(alpha, draws);
    const order = [...(await draws.take(count))]
      .map((key, i) => [key, i] as const)
      .sort((a, b) => a[0] - b[0])
      .map(([, i]) => i);
    const others = fromData(Int32Array.from(order), [count]);
    const mixed = (x: Tensor): Tensor => {
      const share = fromData(shares, [count, ...x.shape.slice(1).map(() => 1)]);
      return x.mul(share).add(gather(x, others, { axis: 0 }).mul(share.neg().add(1)));
    };
    return [mixed(images), mixed(labels)];
  };
}

/** A number of the distribution Beta(alpha, alpha) by Jöhnk's method (M. D. Jöhnk, 1964), which suits an alpha up to about 2. */
async function betaShare(alpha: number, draws: Draws): Promise<number> {
  // One try of seven succeeds even for alpha 2, so this ends.
  for (;;) {
    const uniform = await draws.take(32);
    for (let i = 0; i < uniform.length; i += 2) {
      const [u, v] = [uniform[i], uniform[i + 1]];
      if (u === 0 || v === 0) continue;
      const [x, y] = [pow(u, 1 / alpha), pow(v, 1 / alpha)];
      if (x + y > 1) continue;
      if (x + y > 0) return x / (x + y);
      // Both powers are too small for a number: compare their logarithms.
      return log(u) > log(v) ? 1 : 0;
    }
  }
}
