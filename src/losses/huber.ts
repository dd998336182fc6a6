import { number } from '../config/index.ts';
import { elementwise, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';
import { comparable } from './same-rank.ts';

/** Half the squared error up to `delta`, beyond it linear; the mean over the last axis. Huber 1964. */
export function huber(
  yTrue: TensorLike,
  yPred: TensorLike,
  { delta = 1 }: { readonly delta?: number } = {},
): Tensor {
  const losses = elementwise(
    'huber',
    (t, p) => {
      const distance = p.sub(t).abs();
      const linear = distance.mul(delta).sub((delta * delta) / 2);
      return distance.le(delta).select(distance.square().mul(0.5), linear);
    },
    comparable('huber', yTrue, yPred),
  );
  return losses.mean(-1);
}

/** The loss {@link huber}. */
export class Huber extends lossOf('huber_loss', huber, {
  delta: number(1, { min: 0, above: true }),
}) {
  static override readonly className = 'Huber';
}
