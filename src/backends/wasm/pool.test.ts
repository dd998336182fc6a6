import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { openParts, type WasmParts } from '../../../test/wasm-parts.ts';
import { BackendError } from '../../tensor/index.ts';
import { panelColumns } from './builder/index.ts';
import { type NativeChoice, type NativeCode, nativeChoices } from './native.ts';
import type { KernelSpec } from './phases.ts';
import { ThreadPool } from './pool.ts';
import { KernelLibrary, Program } from './program.ts';

const opened: WasmParts[] = [];

function open(choice: NativeChoice, threads: number): WasmParts {
  const parts = openParts(choice, threads);
  opened.push(parts);
  return parts;
}

afterEach(() => {
  for (const { pool } of opened.splice(0)) pool.dispose();
});

/** Adds task + 1 to a cell of the task's own: done twice or left out, it shows. */
const countTasks: KernelSpec = {
  key: 'countTasks',
  write: (b) => {
    const at = b.let(b.arg(0).add(b.task.shl(2)));
    b.store(at, 0, b.let(b.load('i32', at)).add(b.task).add(1));
  },
};

/** Fills scratch memory with the task's number and adds it up again: another thread in it would show. */
const scratchInts = 500;
const useScratch = (ints: number): KernelSpec => ({
  key: `useScratch|${ints}`,
  scratch: ints * 4,
  write: (b) => {
    b.for(0, ints, 1, (i) => b.store(b.scratch.add(i.shl(2)), 0, b.task));
    const sum = b.let(0);
    b.for(0, ints, 1, (i) => b.set(sum, sum.add(b.load('i32', b.let(b.scratch.add(i.shl(2)))))));
    b.store(b.arg(0).add(b.task.shl(2)), 0, sum);
  },
});

/** A signed division, which machine code has not: the quotient of two arguments, plus the task. */
const divide: KernelSpec = {
  key: 'divide',
  write: (b) => {
    const quotient = b.let(b.arg(1).div(b.arg(2)));
    b.store(b.arg(0).add(b.task.shl(2)), 0, quotient.add(b.task));
  },
};

/** Leaves the memory where the task is the one given. */
const trap: KernelSpec = {
  key: 'trap',
  write: (b) =>
    b.if(b.task.eq(b.arg(1)).or(b.arg(1).eq(-1)), () =>
      b.store(b.arg(0), 0, b.load('i32', b.let(b.i32(-64)))),
    ),
};

function cells({ allocator, memory }: WasmParts, count: number) {
  const address = allocator.allocate(count * 4);
  const read = () => new Int32Array(memory.buffer, address, count);
  read().fill(0);
  return { address, read };
}

const natives = nativeChoices.map((choice) => {
  const { missing, pool } = openParts(choice);
  pool.dispose();
  return { choice, missing };
});

describe.each(natives)('pool with GRADUS_NATIVE=$choice $missing', ({ choice, missing }) => {
  for (const threads of [1, 2, 3]) {
    test.skipIf(missing)(`${threads} threads do each task once`, () => {
      const parts = open(choice, threads);
      const { address, read } = cells(parts, 3000);
      for (const tasks of [1, 2, 7, 64, 3000]) {
        read().fill(0);
        parts.run(countTasks, [address], tasks);
        expect([...read()]).toEqual(
          Array.from({ length: 3000 }, (_, i) => (i < tasks ? i + 1 : 0)),
        );
      }
    });
  }

  test.skipIf(missing)(
    'thousands of tiny phases, before and after the workers are up',
    async () => {
      const parts = open(choice, 3);
      const { address, read } = cells(parts, 8);
      const phases = Array.from({ length: 2000 }, (_, i) => {
        return { spec: countTasks, args: [address], tasks: (i % 8) + 1, operation: 'test' };
      });
      const program = new Program(phases, parts.arena, parts.library, parts.pool, null);
      for (let round = 1; round <= 3; round++) {
        program.run();
        expect([...read()]).toEqual(
          Array.from({ length: 8 }, (_, i) => round * 250 * (8 - i) * (i + 1)),
        );
        await wait(60); // they fall asleep
      }
      program.dispose();
      expect(parts.pool.handOffs).toBe(3 * 2000 * (7 / 8));
    },
  );

  test.skipIf(missing)('more tasks than a ticket can count', () => {
    const parts = open(choice, 2);
    const { address, read } = cells(parts, 10000);
    parts.run(countTasks, [address], 10000);
    expect([...read()]).toEqual(Array.from({ length: 10000 }, (_, i) => i + 1));
  });

  test.skipIf(missing)(
    'each thread has scratch memory of its own, also when threads come and go',
    async () => {
      const parts = open(choice, 3);
      const { address, read } = cells(parts, 400);
      await wait(100);
      for (const [round, threads] of [3, 2, 3, 1, 3, 2].entries()) {
        parts.pool.resize(threads);
        const ints = scratchInts * (round + 1);
        parts.run(useScratch(ints), [address], 400);
        expect([...read()]).toEqual(Array.from({ length: 400 }, (_, task) => task * ints));
      }
    },
  );

  test.skipIf(missing)('threads beyond those wanted take no tasks', async () => {
    const parts = open(choice, 3);
    const { address, read } = cells(parts, 64);
    parts.run(countTasks, [address], 64);
    await wait(100);
    parts.pool.resize(1);
    const before = parts.pool.handOffs;
    for (let i = 0; i < 50; i++) parts.run(countTasks, [address], 64);
    expect(parts.pool.handOffs).toBe(before);
    expect(read()[63]).toBe(51 * 64);
  });

  test.skipIf(missing)(
    'a kernel without machine code runs in WebAssembly on the same memory',
    async () => {
      const parts = open(choice, 3);
      const { address, read } = cells(parts, 64);
      const quotients = cells(parts, 64);
      await wait(50);
      const phases = Array.from({ length: 300 }, (_, i) =>
        i % 2
          ? { spec: divide, args: [quotients.address, -700, i], tasks: 64, operation: 'test' }
          : { spec: countTasks, args: [address], tasks: 64, operation: 'test' },
      );
      const program = new Program(phases, parts.arena, parts.library, parts.pool, null);
      program.run();
      program.dispose();
      expect(parts.library.get(divide).native).toBe(0);
      expect(parts.library.get(countTasks).native !== 0).toBe(choice !== '0');
      const last = Math.trunc(-700 / 299);
      expect([...quotients.read()]).toEqual(Array.from({ length: 64 }, (_, task) => last + task));
      expect([...read()]).toEqual(Array.from({ length: 64 }, (_, task) => 150 * (task + 1)));
    },
  );

  test.skipIf(missing)('kernels in WebAssembly and machine code agree on tiles and panels', () => {
    const parts = open(choice, 1);
    const { address, read } = cells(parts, 4);
    const shape = (key: string, unsupported: boolean): KernelSpec => ({
      key,
      write: (b) => {
        const out = b.arg(0);
        b.store(out, 0, b.let(unsupported ? b.arg(1).div(1) : b.arg(1)));
        b.store(out, 4, b.let(panelColumns(b.target)));
        b.store(out, 8, b.let(b.target.tileRows));
      },
    });
    parts.run(shape('in machine code', false), [address, 1]);
    const native = [...read()];
    parts.run(shape('in WebAssembly', true), [address, 1]);
    expect([...read()]).toEqual(native);
    expect(native[1]).toBe(panelColumns(parts.target));
  });
});

describe('failures', () => {
  test.each([1, 2, 3])(
    'a kernel that leaves the memory is an error on %i threads, and no harm is done',
    async (threads) => {
      const parts = open('0', threads);
      const { address, read } = cells(parts, 64);
      await wait(50);
      for (const which of [0, 63, -1, 31]) {
        expect(() => parts.run(trap, [address, which], 64)).toThrow(
          /out of bounds|a kernel failed in one of the threads/,
        );
        read().fill(0);
        parts.run(countTasks, [address], 64);
        expect(read()[63]).toBe(64);
      }
    },
  );

  test('an error in a worker is a BackendError', async () => {
    const parts = open('0', 2);
    const { address } = cells(parts, 4096);
    // The worker takes some of many slow tasks; only tasks that the main thread does not take fail.
    const slow: KernelSpec = {
      key: 'slowTrap',
      scratch: 4,
      write: (b) => {
        b.for(0, 20000, 1, (i) => b.store(b.arg(0).add(b.task.shl(2)), 0, i));
        b.if(b.scratch.ne(b.arg(1)), () => b.store(b.arg(0), 0, b.load('i32', b.let(b.i32(-64)))));
      },
    };
    const mainScratch = scratchOf(parts);
    let error: unknown = null;
    for (let tries = 0; tries < 100 && !error; tries++) {
      await wait(20); // until the worker is up
      try {
        parts.run(slow, [address, mainScratch], 200);
      } catch (caught) {
        error = caught;
      }
    }
    expect(error).toBeInstanceOf(BackendError);
  });

  const native = natives.find(({ choice, missing }) => choice !== '0' && !missing);
  test.skipIf(!native)('a worker that cannot call machine code is not missed', async () => {
    const parts = open(native?.choice ?? '0', 1);
    const code = parts.native as NativeCode;
    const broken = { ...code, start: { ...code.start, library: '/nowhere/koffi.js' } };
    const pool = new ThreadPool(parts.memory, broken as NativeCode);
    const library = new KernelLibrary(parts.arena, pool, parts.target, code);
    pool.resize(3);
    const { address, read } = cells(parts, 64);
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 100; i++) {
        const phase = { spec: countTasks, args: [address], tasks: 64, operation: 'test' };
        const program = new Program([phase], parts.arena, library, pool, null);
        program.run();
        program.dispose();
      }
      await wait(50);
    }
    expect(read()[63]).toBe(500 * 64);
    pool.dispose();
  });

  test('workers may end at any time between phases', async () => {
    const parts = open('0', 3);
    const { address, read } = cells(parts, 64);
    for (let i = 0; i < 100; i++) parts.run(countTasks, [address], 64);
    await wait(50);
    parts.pool.dispose();
    for (let i = 0; i < 100; i++) parts.run(countTasks, [address], 64);
    parts.pool.resize(3);
    for (let i = 0; i < 100; i++) parts.run(countTasks, [address], 64);
    expect(read()[63]).toBe(300 * 64);
  });
});

/** The address of the main thread's scratch memory, as a kernel sees it. */
function scratchOf(parts: WasmParts): number {
  const { address, read } = cells(parts, 1);
  const tell: KernelSpec = {
    key: 'tellScratch',
    scratch: 4,
    write: (b) => b.store(b.arg(0), 0, b.scratch),
  };
  parts.run(tell, [address], 1);
  return read()[0];
}
