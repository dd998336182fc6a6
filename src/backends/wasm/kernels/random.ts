import type { View } from '../../../tensor/index.ts';
import type { RandomAttributes } from '../../kernels.ts';
import type { KernelBuilder, Value } from '../builder/index.ts';
import { erfinv } from '../builder/math.ts';
import type { KernelSpec, PhaseList } from '../phases.ts';
import { addressOf } from './layout.ts';

/** Elements of a block: 16 counters give 16 first and 16 second words. */
const blockElements = 32;
const blocksPerTask = 256;

export function random(
  [key]: readonly View[],
  [output]: readonly View[],
  { op, salt }: RandomAttributes,
  phases: PhaseList,
): boolean {
  const wanted = op === 'bits' ? 'int32' : 'float32';
  if (output.dtype !== wanted || key.dtype !== 'int32') return false;
  const count = output.shape.reduce((n, s) => n * s, 1);
  const tasks = Math.ceil(count / (blockElements * blocksPerTask));
  if (tasks > 4095) return false;
  phases.run(randomKernel(op), [addressOf(key), addressOf(output), count, salt | 0], tasks);
  return true;
}

function randomKernel(op: RandomAttributes['op']): KernelSpec {
  return {
    key: `random|${op}`,
    write: (b) => {
      const [key, output, count, salt] = [b.arg(0), b.arg(1), b.arg(2), b.arg(3)];
      const keys = [b.let(b.load('i32', key)), b.let(b.load('i32', key, 4))];
      const first = b.let(b.task.mul(blocksPerTask));
      const last = b.let(first.add(blocksPerTask));
      const blocks = b.let(count.add(blockElements - 1).shrU(5));
      b.set(last, last.lt(blocks).select(last, blocks));
      b.for(first, last, 1, (block) => {
        const at = b.let(output.add(block.mul(blockElements * 4)));
        const whole = block.add(1).mul(blockElements).le(count);
        b.if(
          whole,
          () => {
            for (let lane = 0; lane < 16; lane += b.lanes) {
              const counter = b.let(block.mul(16).add(lane).splat().add(b.laneNumbers()));
              const words = threefry(
                b,
                keys.map((k) => k.splat()),
                counter,
                salt.splat(),
              );
              b.store(at, lane * 4, convert(b, op, words[0]));
              b.store(at, (16 + lane) * 4, convert(b, op, words[1]));
            }
          },
          () => {
            const left = b.let(count.sub(block.mul(blockElements)));
            b.for(0, 16, 1, (lane) => {
              const words = threefry(b, keys, b.let(block.mul(16).add(lane)), salt);
              const put = (index: Value, word: Value) =>
                b.if(index.lt(left), () => b.store(at.add(index.shl(2)), 0, convert(b, op, word)));
              put(lane, words[0]);
              put(b.let(lane.add(16)), words[1]);
            });
          },
        );
      });
    },
  };
}

const rotations = [13, 15, 26, 6, 17, 29, 16, 24];
const rounds = 13;

/** Threefry-2x32 of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011), with 13 rounds. */
function threefry(
  b: KernelBuilder,
  [k0, k1]: readonly Value[],
  counter0: Value,
  counter1: Value,
): [Value, Value] {
  const schedule = [b.let(k0), b.let(k1), b.let(k0.xor(k1).xor(0x1bd11bda))];
  const x0 = b.let(counter0.add(schedule[0]));
  const x1 = b.let(counter1.add(schedule[1]));
  for (let round = 0; round < rounds; round++) {
    const r = rotations[round % 8];
    b.set(x0, x0.add(x1));
    b.set(
      x1,
      x1
        .shl(r)
        .or(x1.shrU(32 - r))
        .xor(x0),
    );
    if (round % 4 === 3) {
      const n = (round + 1) / 4;
      b.set(x0, x0.add(schedule[n % 3]));
      b.set(x1, x1.add(schedule[(n + 1) % 3]).add(n));
    }
  }
  return [x0, x1];
}

function convert(b: KernelBuilder, op: RandomAttributes['op'], word: Value): Value {
  if (op === 'bits') return word;
  const uniform = b.let(
    word
      .shrU(8)
      .toF32()
      .mul(2 ** -24),
  );
  if (op === 'uniform') return uniform;
  return erfinv(b, b.let(uniform.mul(2).sub(1 - 2 ** -24))).mul(Math.fround(Math.SQRT2));
}
