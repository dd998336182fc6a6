import type { KernelBuilder, Value } from '../builder/index.ts';
import type { KernelSpec, PhaseList } from '../phases.ts';

const perTask = 65536;

/** Sets `count` float32 elements to 0. */
export function emitZeros(address: number, count: number, phases: PhaseList): void {
  phases.run(zeros, [address, count], Math.ceil(count / perTask));
}

const zeros: KernelSpec = {
  key: 'zeros',
  write: (b) => {
    const start = b.let(b.task.mul(perTask));
    const left = b.let(b.arg(1).sub(start));
    b.set(left, left.lt(perTask).select(left, b.i32(perTask)));
    const at = b.let(b.arg(0).add(start.shl(2)));
    const loop = (lanes: number) =>
      b.if(left.ge(lanes), () =>
        b.repeat(
          () => {
            b.storeFirst(lanes, at, 0, b.zero());
            b.set(at, at.add(lanes * 4));
            b.set(left, left.sub(lanes));
          },
          () => left.ge(lanes),
        ),
      );
    loop(b.lanes);
    loop(1);
  },
};

/** Inside a kernel: zeros `count` elements from `at` on. */
export function zero(b: KernelBuilder, at: Value, count: number): void {
  const to = b.let(at);
  const whole = Math.floor(count / b.lanes);
  if (whole) {
    b.for(0, whole, 1, () => {
      b.store(to, 0, b.zero());
      b.set(to, to.add(b.vectorBytes));
    });
  }
  if (count % b.lanes) b.storeFirst(count % b.lanes, to, 0, b.zero());
}
