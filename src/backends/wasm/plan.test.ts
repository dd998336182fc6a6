// A plan must give the bits that its launches give one by one: random chains of launches, with fusion, shared memory for
// what is never alive together, and results that live on from run to run.
import { afterAll, describe, expect, test } from 'vitest';
import { Draw } from '../../../test/random-launches/draw.ts';
import { input } from '../../expr/index.ts';
import { rowMajorStrides, type Storage, sizeOf, type View } from '../../tensor/index.ts';
import { referenceKernels } from '../cpu/index.ts';
import type { Launch } from '../kernels.ts';
import { WasmBackend } from './backend.ts';
import { fuse } from './fusion.ts';

const backends = (['0', 'avx2', 'avx512'] as const).map((native) => ({
  native,
  backend: new WasmBackend({ reference: referenceKernels, threads: 2, native }),
}));

afterAll(() => {
  for (const { backend } of backends) backend.threads = 1;
});

type Shape = readonly number[];

/** A step of a training, roughly: what stays from run to run, and launches that may use memory of their own in between. */
class Step {
  readonly launches: Launch[] = [];
  readonly transient = new Set<Storage>();
  readonly kept: Storage[] = [];
  readonly #backend: WasmBackend;
  readonly #draw: Draw;
  readonly #known: View[] = [];

  constructor(seed: number, backend: WasmBackend) {
    this.#draw = new Draw(seed);
    this.#backend = backend;
    const channels = this.#draw.pick([8, 16, 20]);
    const side = this.#draw.pick([8, 12, 14]);
    this.#keep([this.#draw.whole(1, 4), side, side, channels]);
    this.#keep([this.#draw.pick([1, 2, 3, 4, 9]), side, side, channels]);
    const count = this.#draw.whole(5, 25);
    for (let i = 0; i < count; i++) this.#add();
    // Something of it is wanted outside.
    for (const view of this.#known.filter(() => this.#draw.chance(0.3))) {
      this.#elementwise([view], this.#keep(view.shape));
    }
  }

  #view(storage: Storage, shape: Shape): View {
    return { storage, offset: 0, shape, strides: rowMajorStrides(shape), dtype: 'float32' };
  }

  #keep(shape: Shape): View {
    const numbers = Float32Array.from({ length: sizeOf(shape) }, () => this.#draw.random() - 0.5);
    const view = this.#view(this.#backend.allocate('float32', numbers.length, numbers), shape);
    this.kept.push(view.storage);
    this.#known.push(view);
    return view;
  }

  #fresh(shape: Shape): View {
    const storage = this.#backend.allocate('float32', sizeOf(shape));
    // What it holds before it is written must not matter.
    storage.array.fill(Number.NaN as never);
    const view = this.#view(storage, shape);
    this.transient.add(storage);
    this.#known.push(view);
    return view;
  }

  #elementwise(inputs: readonly View[], output: View): void {
    const x = input(0);
    const formula = this.#draw.pick(
      inputs.length > 1
        ? [
            x.add(input(1)),
            x.mul(0.9).add(input(1).mul(0.1)),
            x.max(input(1)),
            x.sub(input(1).tanh()),
          ]
        : [x.max(0), x.sub(0.4).max(0), x.tanh(), x.mul(0.5), x.abs().sqrt()],
    );
    const attributes = { formulas: [formula] };
    this.launches.push({ kernel: 'elementwise', inputs, outputs: [output], attributes });
  }

  #images(): View {
    return this.#draw.pick(this.#known.filter(({ shape }) => shape.length === 4));
  }

  #add(): void {
    const draw = this.#draw;
    const x = this.#images();
    const [images, height, width, channels] = x.shape;
    const same = this.#known.filter(({ shape }) => String(shape) === String(x.shape));
    switch (draw.whole(0, 8)) {
      case 0:
        this.#elementwise([x], this.#fresh(x.shape));
        return;
      case 1:
        this.#elementwise([x, draw.pick(same)], this.#fresh(x.shape));
        return;
      case 2: {
        // In place, as optimizers do it.
        const target = draw.pick(same.filter(({ storage }) => this.kept.includes(storage))) ?? null;
        if (target) this.#elementwise([target, x], target);
        return;
      }
      case 3: {
        const windows = { strides: [1, 1], dilation: [1, 1] } as const;
        const around = draw.chance(0.7) ? 1 : 0;
        const out = [height - 2 + 2 * around, width - 2 + 2 * around];
        if (out.some((n) => n < 4)) return;
        const filters = draw.pick([8, 16, 19]);
        const filter = this.#keep([3, 3, channels, filters]);
        const y = this.#fresh([images, ...out, filters]);
        const sides = [around, around] as const;
        const activation = draw.chance(0.5) ? input(0).max(0) : null;
        const convolution = { ...windows, padding: [sides, sides] as const, groups: 1, activation };
        this.launches.push({
          kernel: 'conv2d',
          inputs: draw.chance(0.5) ? [x, filter, this.#keep([filters])] : [x, filter],
          outputs: [y],
          attributes: convolution,
        });
        if (draw.chance(0.7)) this.#pool(y);
        return;
      }
      case 4:
        this.#pool(x);
        return;
      case 5:
        if (Math.min(height, width) >= 4) this.#inputGrad(x);
        return;
      case 6:
      case 7:
        this.#block();
        return;
      default: {
        const sum = this.#fresh([1, 1, 1, channels]);
        const attributes = { op: 'sum', formula: input(0), axes: [0, 1, 2] } as const;
        this.launches.push({ kernel: 'reduce', inputs: [x], outputs: [sum], attributes });
        const repeated = { ...sum, shape: x.shape, strides: [0, 0, 0, 1] };
        this.#elementwise([x, repeated], this.#fresh(x.shape));
      }
    }
  }

  #pool(x: View): void {
    const [images, height, width, channels] = x.shape;
    const pooled = [images, height >> 1, width >> 1, channels];
    if (pooled.includes(0)) return;
    const none = [0, 0] as const;
    const attributes = {
      op: this.#draw.chance(0.8) ? 'max' : 'average',
      size: [2, 2],
      strides: [2, 2],
      dilation: [1, 1],
      padding: [none, none],
      countPadding: false,
    } as const;
    const y = this.#fresh(pooled);
    this.launches.push({ kernel: 'pool2d', inputs: [x], outputs: [y], attributes });
    if (this.#draw.chance(0.4)) {
      const gradient = this.#fresh(x.shape);
      this.launches.push({
        kernel: 'pool2dGrad',
        inputs: [y, x],
        outputs: [gradient],
        attributes,
      });
      this.#follow(gradient, x);
    }
  }

  /** The gradient of a convolution's input, of few elements or many, mostly with the formula that follows it. */
  #inputGrad(dy: View): void {
    const draw = this.#draw;
    const [images, height, width, filters] = dy.shape;
    const around = draw.chance(0.3) ? 1 : 0;
    const channels = draw.pick([8, 16, 32]);
    const shape = [images, height + 2 - 2 * around, width + 2 - 2 * around, channels];
    const sides = [around, around] as const;
    const gradient = this.#fresh(shape);
    const beside = draw.chance(0.5) ? this.#keep(shape) : this.#fresh(shape);
    if (this.transient.has(beside.storage)) this.#elementwise([this.#keep(shape)], beside);
    const filter = this.#keep([3, 3, channels, filters]);
    const attributes = {
      strides: [1, 1],
      dilation: [1, 1],
      padding: [sides, sides],
      groups: 1,
      activation: null,
    } as const;
    const both: Launch[] = [
      { kernel: 'conv2dInputGrad', inputs: [dy, filter], outputs: [gradient], attributes },
      {
        kernel: 'conv2dFilterGrad',
        inputs: [this.#keep(shape), dy],
        outputs: [this.#keep(filter.shape)],
        attributes,
      },
    ];
    if (draw.chance(0.4)) both.pop();
    else if (draw.chance(0.3)) both.reverse();
    this.launches.push(...both);
    this.#follow(gradient, beside);
  }

  /** A convolution with pooling, and the gradients behind it. */
  #block(): void {
    const draw = this.#draw;
    const kernel = draw.pick([1, 2, 3, 3, 5, 5]);
    const around = draw.whole(0, kernel >> 1);
    const out = [2, 2].map((n) => n * draw.whole(2, 7));
    const [height, width] = out.map((n) => n + kernel - 1 - 2 * around);
    const [channels, filters] = [draw.pick([1, 1, 3, 8, 20]), draw.pick([4, 8, 20])];
    const images = draw.pick([1, 2, 3, 9]);
    const x = this.#keep([images, height, width, channels]);
    const filter = this.#keep([kernel, kernel, channels, filters]);
    const y = this.#fresh([images, ...out, filters]);
    const pooled = this.#fresh([images, out[0] / 2, out[1] / 2, filters]);
    const sides = [around, around] as const;
    const none = [0, 0] as const;
    const relu = draw.chance(0.6);
    const attributes = {
      ...({ strides: [1, 1], dilation: [1, 1], padding: [sides, sides], groups: 1 } as const),
      activation: relu ? input(0).max(0) : input(0).tanh(),
    } as const;
    const pooling = {
      ...({ op: 'max', size: [2, 2], strides: [2, 2], dilation: [1, 1] } as const),
      ...({ padding: [none, none], countPadding: false } as const),
    } as const;
    const passed = this.#fresh(y.shape);
    const dy = this.#fresh(y.shape);
    const gradient = this.#keep(pooled.shape);
    const [dFilter, dx, sum] = [filter.shape, x.shape, [1, 1, 1, filters]].map((s) =>
      this.#keep(s),
    );
    const slope = relu ? input(1).gt(0) : input(1).mul(input(1)).neg().add(1);
    const plain = { ...attributes, activation: null };
    const gradients: Launch[] = [
      { kernel: 'conv2dFilterGrad', inputs: [x, dy], outputs: [dFilter], attributes: plain },
      {
        kernel: 'reduce',
        inputs: [dy],
        outputs: [sum],
        attributes: { op: 'sum', formula: input(0), axes: [0, 1, 2] },
      },
      { kernel: 'conv2dInputGrad', inputs: [dy, filter], outputs: [dx], attributes: plain },
    ];
    if (draw.chance(0.5)) gradients.reverse();
    this.launches.push(
      {
        kernel: 'conv2d',
        inputs: draw.chance(0.5) ? [x, filter, this.#keep([filters])] : [x, filter],
        outputs: [y],
        attributes,
      },
      { kernel: 'pool2d', inputs: [y], outputs: [pooled], attributes: pooling },
      { kernel: 'pool2dGrad', inputs: [gradient, y], outputs: [passed], attributes: pooling },
      {
        kernel: 'elementwise',
        inputs: [passed, y],
        outputs: [dy],
        attributes: { formulas: [input(0).mul(slope)] },
      },
      // Few channels, as those of a first layer, have no gradient of their own.
      ...gradients.filter(({ kernel }) => channels >= 8 || kernel !== 'conv2dInputGrad'),
    );
    if (draw.chance(0.2)) this.#elementwise([y], this.#keep(y.shape));
  }

  #follow(gradient: View, beside: View): void {
    const draw = this.#draw;
    if (draw.chance(0.2)) return;
    const inputs = draw.chance(0.5) ? [gradient, beside] : [beside, gradient];
    this.#elementwise(
      inputs,
      draw.chance(0.7) ? this.#fresh(beside.shape) : this.#keep(beside.shape),
    );
  }

  /** Whether what is kept has the same bits as another step's. */
  equals(other: Step): boolean {
    const bytesOf = ({ array }: Storage) =>
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    return this.kept.every((storage, i) => {
      const expected = bytesOf(other.kept[i]);
      return bytesOf(storage).every((byte, at) => byte === expected[at]);
    });
  }
}

const seeds = Array.from({ length: 30 }, (_, seed) => seed);

describe.each(backends)('plans with GRADUS_NATIVE=$native', ({ native, backend }) => {
  const missing = native !== '0' && backend.native !== native ? backend.native : '';
  test.skipIf(missing)(`give the bits of single launches, run after run ${missing}`, () => {
    const fused = { pooling: 0, following: 0, withInputGrad: 0, behindMaxima: 0 };
    for (const seed of seeds) {
      const [single, planned] = [new Step(seed, backend), new Step(seed, backend)];
      const plan = backend.plan(planned.launches, planned.transient);
      for (const { attributes } of fuse(planned.launches, planned.transient)) {
        for (const way of Object.keys(fused) as (keyof typeof fused)[]) {
          if (way in attributes) fused[way]++;
        }
      }
      for (let run = 1; run <= 3; run++) {
        for (const launch of single.launches) backend.run(launch);
        plan.run();
        expect(planned.equals(single), `step ${seed}, run ${run}`).toBe(true);
      }
      plan.dispose();
    }
    for (const count of Object.values(fused)) expect(count).toBeGreaterThan(5);
  });

  test.skipIf(missing)('need less memory than their launches, and give it back', () => {
    const step = new Step(3, backend);
    const before = backend.memory().used;
    const plan = backend.plan(step.launches, step.transient);
    plan.run();
    plan.dispose();
    // Scratch memory of the threads stays.
    const again = backend.memory().used;
    backend.plan(step.launches, step.transient).dispose();
    expect(backend.memory().used).toBe(again);
    expect(again).toBeGreaterThanOrEqual(before);
  });
});

describe('fusion', () => {
  const none = [0, 0] as const;
  const image = (backend: WasmBackend, shape: Shape): View => ({
    storage: backend.allocate('float32', sizeOf(shape)),
    offset: 0,
    shape,
    strides: rowMajorStrides(shape),
    dtype: 'float32',
  });
  const { backend } = backends[0];
  const x = image(backend, [1, 10, 10, 8]);
  const filter = image(backend, [3, 3, 8, 8]);
  const y = image(backend, [1, 8, 8, 8]);
  const pooled = image(backend, [1, 4, 4, 8]);
  const window = { strides: [1, 1], dilation: [1, 1], padding: [none, none] } as const;
  const conv = (inputs: View[], activation = input(0).max(0)): Launch => ({
    kernel: 'conv2d',
    inputs,
    outputs: [y],
    attributes: { ...window, groups: 1, activation },
  });
  const pool: Launch = {
    kernel: 'pool2d',
    inputs: [y],
    outputs: [pooled],
    attributes: { ...window, strides: [2, 2], op: 'max', size: [2, 2], countPadding: false },
  };
  const copy = (from: View, to: View): Launch => ({
    kernel: 'elementwise',
    inputs: [from],
    outputs: [to],
    attributes: { formulas: [input(0)] },
  });
  const kernels = (launches: Launch[], transient: View[] = [y]) =>
    fuse(launches, new Set(transient.map(({ storage }) => storage))).map(({ kernel, outputs }) =>
      [kernel, outputs.length].join(),
    );

  test('a convolution pools its result, and keeps it where it is wanted', () => {
    const other = image(backend, y.shape);
    expect(kernels([conv([x, filter]), pool])).toEqual(['conv2d,1']);
    expect(kernels([conv([x, filter]), pool], [])).toEqual(['conv2d,2']);
    expect(kernels([conv([x, filter]), pool, copy(y, other)])).toEqual([
      'conv2d,2',
      'elementwise,1',
    ]);
  });

  test('not where the pooled numbers are those of an earlier run', () => {
    expect(kernels([pool, conv([x, filter])], [])).toEqual(['pool2d,1', 'conv2d,1']);
  });

  test('not where the place of the maxima is used in between', () => {
    const other = image(backend, pooled.shape);
    const between = [conv([x, filter]), copy(pooled, other), pool];
    expect(kernels(between)).toEqual(['conv2d,1', 'elementwise,1', 'pool2d,1']);
  });

  test('not where the convolution has no kernel that could', () => {
    const turned = { ...filter, strides: [8 * 8 * 3, 8 * 8, 1, 8] };
    expect(kernels([conv([x, turned]), pool])).toEqual(['conv2d,1', 'pool2d,1']);
    expect(kernels([conv([x, filter], input(0).lgamma()), pool])).toEqual(['conv2d,1', 'pool2d,1']);
  });
});

describe('filters that a plan does not change', () => {
  const { backend } = backends[0];
  const random = new Draw(5);
  const filled = (shape: Shape): View => {
    const numbers = Float32Array.from({ length: sizeOf(shape) }, () => random.random() - 0.5);
    return {
      storage: backend.allocate('float32', numbers.length, numbers),
      offset: 0,
      shape,
      strides: rowMajorStrides(shape),
      dtype: 'float32',
    };
  };
  const none = [0, 0] as const;
  const convolution = (x: View, filter: View, y: View): Launch => ({
    kernel: 'conv2d',
    inputs: [x, filter],
    outputs: [y],
    attributes: {
      strides: [1, 1],
      dilation: [1, 1],
      padding: [none, none],
      groups: 1,
      activation: null,
    },
  });

  test.each([3, 2])('of side %i are prepared again when they have changed', (side) => {
    const [x, filter] = [filled([2, 9, 9, 8]), filled([side, side, 8, 16])];
    const [y, expected] = [0, 1].map(() => filled([2, 10 - side, 10 - side, 16]));
    const plan = backend.plan([convolution(x, filter, y)], new Set());
    const check = (): void => {
      plan.run();
      backend.run(convolution(x, filter, expected));
      expect(y.storage.array).toEqual(expected.storage.array);
    };
    check();
    check();
    backend.write(filter.storage, Float32Array.of(7), 3);
    check();
    const doubled = { formulas: [input(0).mul(2)] };
    backend.run({
      kernel: 'elementwise',
      inputs: [filter],
      outputs: [filter],
      attributes: doubled,
    });
    check();
    filter.storage.array[0] = -3;
    check();
    plan.dispose();
  });
});
