import { getBackend, ops, random, setBackend, type Tensor } from 'gradus';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Storage } from '../../tensor/index.ts';
import type { Launch } from '../kernels.ts';
import { record } from '../registry.ts';
import { fuse } from './fusion.ts';

beforeAll(async () => {
  await setBackend('wasm');
});

/** What a step launches, and what of it lasts no longer. */
function recorded(step: () => void): { launches: Launch[]; transient: Set<Storage> } {
  const launches: Launch[] = [];
  const transient = new Set<Storage>();
  record(
    {
      launched: (launch) => launches.push(launch),
      allocated: (storage, filled) => void (filled || transient.add(storage)),
    },
    step,
  );
  return { launches, transient };
}

const kernels = (launches: readonly Launch[]): string[] => launches.map(({ kernel }) => kernel);

describe('a convolution with an activation behind it', () => {
  const x = random.normal([2, 6, 6, 3]);
  const filter = random.normal([5, 5, 3, 4]);
  const bias = random.normal([4]);
  const convolved = (): Tensor => ops.conv2d(x, filter, { padding: 'same', bias });
  const channelsFirst = (y: Tensor): Tensor => ops.moveAxis(y, -1, 1);

  it('is one kernel of a plan, also where the activation sees the channels first', () => {
    for (const see of [(y: Tensor) => y, channelsFirst]) {
      const { launches, transient } = recorded(() => ops.relu(see(convolved())));
      expect(kernels(launches)).toEqual(['conv2d', 'elementwise']);
      const fused = fuse(launches, transient);
      expect(kernels(fused)).toEqual(['conv2d']);
      expect(fused[0].outputs[0].storage).toBe(launches[1].outputs[0].storage);
    }
  });

  it('stays two where somebody else reads the convolution', () => {
    const { launches, transient } = recorded(() => {
      const y = convolved();
      ops.add(ops.relu(y), y);
    });
    expect(kernels(fuse(launches, transient))).toEqual(['conv2d', 'elementwise', 'elementwise']);
  });

  it('gives the same bits', () => {
    let result: Tensor | null = null;
    const { launches, transient } = recorded(() => {
      result = ops.relu(channelsFirst(convolved()));
    });
    const y = result as unknown as Tensor;
    transient.delete(y.storage);
    const plan = getBackend().plan(launches, transient);
    plan.run();
    expect(y.dataSync()).toEqual(ops.relu(channelsFirst(convolved())).dataSync());
    plan.dispose();
  });
});
