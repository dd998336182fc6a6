import type { Storage, View } from '../../tensor/index.ts';
import { isRowMajor } from '../../tensor/index.ts';
import type { Launch, PoolAttributes } from '../kernels.ts';
import type { FusedPooling } from './kernels/conv.ts';
import { convShape } from './kernels/conv-geometry.ts';
import { suitsWinograd } from './kernels/winograd/index.ts';

type LaunchOf<K extends Launch['kernel']> = Extract<Launch, { kernel: K }>;

/**
 * Joins launches of a plan where one kernel does the work of two on its way, with the same bits: a convolution and the
 * 2x2 maximum pooling of its result.
 */
export function fuse(launches: readonly Launch[], transient: ReadonlySet<Storage>): Launch[] {
  const readers = countUses(launches.map(({ inputs }) => inputs));
  const writers = countUses(launches.map(({ outputs }) => outputs));
  const dropped = new Set<Launch>();
  return launches
    .map((launch) => {
      if (launch.kernel !== 'conv2d') return launch;
      const [y] = launch.outputs;
      if (writers.get(y.storage) !== 1) return launch;
      const pool = launches.find(
        (other): other is LaunchOf<'pool2d'> =>
          other.kernel === 'pool2d' && other.inputs[0].storage === y.storage,
      );
      if (!pool || !isSquareMaximum(pool.attributes) || !canPool(launch, pool.inputs[0]))
        return launch;
      dropped.add(pool);
      const alone = transient.has(y.storage) && readers.get(y.storage) === 1;
      const attributes: LaunchOf<'conv2d'>['attributes'] & FusedPooling = {
        ...launch.attributes,
        pooling: alone ? 'only' : 'too',
      };
      const outputs = alone ? pool.outputs : [y, ...pool.outputs];
      return { ...launch, outputs, attributes };
    })
    .filter((launch) => !dropped.has(launch));
}

/** In how many places each storage appears. */
function countUses(lists: readonly (readonly View[])[]): Map<Storage, number> {
  const uses = new Map<Storage, number>();
  for (const { storage } of lists.flat()) uses.set(storage, (uses.get(storage) ?? 0) + 1);
  return uses;
}

const isSquareMaximum = ({ op, size, strides, padding, dilation }: PoolAttributes): boolean =>
  op === 'max' &&
  [...size, ...strides].every((n) => n === 2) &&
  dilation.every((n) => n === 1) &&
  padding.flat().every((n) => n === 0);

function canPool({ inputs, outputs, attributes }: LaunchOf<'conv2d'>, pooled: View): boolean {
  const [x, filter] = inputs;
  const [y] = outputs;
  const shape = convShape(x, filter, y, attributes);
  const same = pooled.shape.every((n, i) => n === y.shape[i]) && pooled.offset === y.offset;
  const dense = [y, pooled].every((v) => v.dtype === 'float32' && isRowMajor(v.shape, v.strides));
  return same && dense && suitsWinograd(shape) && y.shape[1] % 2 === 0 && y.shape[2] % 2 === 0;
}
