// Launches of every kernel, drawn at random: shapes, strides, offsets, numbers, formulas. One list, which the compiler keeps
// complete, for all that must hold for every kernel: right numbers, the same bits everywhere, no element beside the view.

import type { Backend } from '../../src/backends/backend.ts';
import type { KernelName, Launch } from '../../src/backends/index.ts';
import { type Expr, input } from '../../src/expr/index.ts';
import {
  type DType,
  rowMajorStrides,
  type Storage,
  type TypedArray,
  type View,
} from '../../src/tensor/index.ts';
import { Draw } from './draw.ts';
import { activations, tameFormula, wildFormula } from './formulas.ts';
import type { RandomLaunch, Taste } from './launch.ts';
import {
  drawOperand,
  inputLayouts,
  type Operand,
  type OperandOptions,
  outputLayouts,
} from './operands.ts';
import { windowLaunches } from './windows.ts';

export { Draw } from './draw.ts';
export { fusedLaunch } from './fused.ts';
export type { RandomLaunch, Taste } from './launch.ts';
export { type Operand, places } from './operands.ts';

const layoutOf = (draw: Draw, isOutput: boolean, share = 0.4): OperandOptions =>
  draw.chance(share) ? { layout: draw.pick(isOutput ? outputLayouts : inputLayouts) } : {};

const numbersOf = (draw: Draw, { tame }: Taste): OperandOptions => ({
  numbers: tame || draw.chance(0.5) ? 'normal' : 'special',
});

const batched = (batch: readonly number[], ...matrix: number[]): number[] => [...batch, ...matrix];

function drawMatMul(draw: Draw, taste: Taste): RandomLaunch<'matMul'> {
  const batch = draw.chance(0.7) ? [] : draw.shape(draw.whole(1, 2), 4);
  const deep = draw.chance(0.15) && batch.length === 0;
  const k = deep
    ? draw.whole(2000, 9000)
    : draw.chance(0.03)
      ? 0
      : draw.size(draw.pick([20, 300, 600]));
  const most = deep ? 20 : 150;
  let [m, n] = [draw.size(most), draw.size(most)];
  if (m * n * k > 2e6) [m, n] = [Math.ceil(m / 6), Math.ceil(n / 6)];
  const options = () => ({ ...numbersOf(draw, taste), ...layoutOf(draw, false) });
  const inputs = [
    drawOperand(draw, batched(batch, m, k), options()),
    drawOperand(draw, batched(batch, k, n), options()),
  ];
  if (draw.chance(0.5)) inputs.push(drawOperand(draw, [n], numbersOf(draw, taste)));
  const outputs = [drawOperand(draw, batched(batch, m, n), layoutOf(draw, true, 0.1))];
  const attributes = { activation: activations(draw, taste) };
  return { kernel: 'matMul', inputs, outputs, attributes };
}

const copyPairs: readonly (readonly [DType, DType])[] = [
  ['int32', 'int32'],
  ['int32', 'float32'],
  ['uint8', 'float32'],
  ['uint8', 'uint8'],
  ['bool', 'float32'],
  ['bool', 'bool'],
  ['float32', 'uint8'],
  ['float32', 'int32'],
];

function drawElementwise(draw: Draw, taste: Taste): RandomLaunch<'elementwise'> {
  const shape = draw.chance(0.05) ? [3, 0] : draw.shape(draw.whole(0, 5), draw.pick([5, 40, 3000]));
  const layout = (isOutput: boolean) => layoutOf(draw, isOutput);
  if (draw.chance(0.25)) {
    const [from, to] = draw.pick(copyPairs);
    const numbers = from === 'float32' ? ({ below: 100 } as const) : 'normal';
    return {
      kernel: 'elementwise',
      inputs: [drawOperand(draw, shape, { dtype: from, numbers, ...layout(false) })],
      outputs: [drawOperand(draw, shape, { dtype: to, ...layout(true) })],
      attributes: { formulas: [input(0)] },
    };
  }
  const inputs = Array.from({ length: draw.whole(1, 3) }, () =>
    drawOperand(draw, shape, {
      dtype: draw.chance(0.85) ? 'float32' : draw.pick(['uint8', 'bool']),
      ...numbersOf(draw, taste),
      ...layout(false),
    }),
  );
  const formula = taste.tame ? tameFormula : wildFormula;
  const formulas = Array.from({ length: draw.pick([1, 1, 1, 2]) }, () =>
    formula(draw, inputs.length),
  );
  const outputs = formulas.map(() =>
    drawOperand(draw, shape, { dtype: draw.chance(0.9) ? 'float32' : 'bool', ...layout(true) }),
  );
  // In place, where an input has a memory of its own.
  const target = inputs[0];
  const repeats = target.shape.some((n, axis) => n > 1 && target.strides[axis] === 0);
  if (draw.chance(0.2) && target.dtype === 'float32' && !repeats) outputs[0] = target;
  return { kernel: 'elementwise', inputs, outputs, attributes: { formulas } };
}

function drawReduce(draw: Draw, taste: Taste): RandomLaunch<'reduce'> {
  const long = draw.chance(0.15);
  const shape = long
    ? draw.shuffled([draw.whole(1, 3), draw.whole(5000, 40000)])
    : draw.chance(0.05)
      ? [4, 0, 3]
      : draw.shape(draw.whole(0, 4), draw.pick([6, 40, 900]), 60000);
  const axes = shape.map((_, axis) => axis).filter(() => draw.chance(0.5));
  const op = draw.pick(['sum', 'sum', 'prod', 'max', 'min', 'any', 'all'] as const);
  const logical = op === 'any' || op === 'all';
  const inputs = Array.from({ length: draw.pick([1, 1, 2]) }, () =>
    drawOperand(draw, shape, { ...numbersOf(draw, taste), ...layoutOf(draw, false, 0.15) }),
  );
  const [x, y] = [input(0), inputs.length > 1 ? input(1) : input(0)];
  // A product of many numbers must neither vanish nor overflow.
  const one = x.mul(0.01).add(1);
  const tame = op === 'prod' ? [one] : [x, x.square(), x.sub(y).square(), x.mul(y), x.abs().exp()];
  const formula = taste.tame ? draw.pick(tame) : wildFormula(draw, inputs.length, 2);
  const target = shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  const outputs = [
    drawOperand(draw, target, {
      dtype: logical ? 'bool' : 'float32',
      ...layoutOf(draw, true, 0.1),
    }),
  ];
  return { kernel: 'reduce', inputs, outputs, attributes: { op, formula, axes } };
}

function drawRandom(draw: Draw): RandomLaunch<'random'> {
  const op = draw.pick(['bits', 'uniform', 'normal'] as const);
  const shape = [draw.chance(0.2) ? draw.whole(8000, 40000) : draw.size(700)];
  const word = () => draw.whole(-(2 ** 31), 2 ** 31 - 1);
  const key = drawOperand(draw, [2], { dtype: 'int32' });
  key.contents.set([word(), word()] as never, key.offset);
  const dtype = op === 'bits' ? 'int32' : 'float32';
  return {
    kernel: 'random',
    inputs: [key],
    outputs: [
      drawOperand(draw, shape, { dtype, ...(draw.chance(0.3) ? { layout: 'inside' } : {}) }),
    ],
    attributes: { op, salt: draw.chance(0.5) ? draw.whole(0, 9) : word() },
  };
}

function drawIndexed(draw: Draw): { shape: number[]; axis: number; picks: number[] } {
  const shape = draw.shape(draw.whole(1, 3), draw.pick([6, 150]));
  const axis = draw.whole(0, shape.length - 1);
  return { shape, axis, picks: draw.chance(0.05) ? [0] : draw.shape(draw.whole(0, 2), 12, 60) };
}

function drawGather(draw: Draw): RandomLaunch<'gather'> {
  const { shape, axis, picks } = drawIndexed(draw);
  const dtype = draw.pick(['float32', 'float32', 'int32', 'uint8'] as const);
  const target = [...shape.slice(0, axis), ...picks, ...shape.slice(axis + 1)];
  return {
    kernel: 'gather',
    inputs: [
      drawOperand(draw, shape, { dtype, ...layoutOf(draw, false, 0.2) }),
      drawOperand(draw, picks, {
        dtype: 'int32',
        numbers: { below: shape[axis] },
        ...layoutOf(draw, false, 0.1),
      }),
    ],
    outputs: [drawOperand(draw, target, { dtype, ...layoutOf(draw, true, 0.1) })],
    attributes: { axis },
  };
}

function drawScatter(draw: Draw): RandomLaunch<'scatter'> {
  const { shape, axis, picks } = drawIndexed(draw);
  const source = [...shape.slice(0, axis), ...picks, ...shape.slice(axis + 1)];
  return {
    kernel: 'scatter',
    inputs: [
      drawOperand(draw, source, layoutOf(draw, false, 0.2)),
      drawOperand(draw, picks, { dtype: 'int32', numbers: { below: shape[axis] } }),
    ],
    outputs: [drawOperand(draw, shape, layoutOf(draw, true, 0.1))],
    attributes: { axis, mode: draw.pick(['add', 'set']) },
  };
}

function drawElements(draw: Draw): {
  whole: Operand;
  part: number[];
  indices: Operand;
  axis: number;
} {
  const shape = draw.shape(draw.whole(1, 3), 20, 2000);
  const axis = draw.whole(0, shape.length - 1);
  const part = shape.map((n, i) => (i === axis ? draw.whole(1, 12) : n));
  const indices = drawOperand(draw, part, { dtype: 'int32', numbers: { below: shape[axis] } });
  return { whole: drawOperand(draw, shape, layoutOf(draw, true, 0.3)), part, indices, axis };
}

function drawSparse(draw: Draw, n: number) {
  const [rows, columns] = [draw.size(100), draw.size(200)];
  const counts = Array.from({ length: rows }, () => (draw.chance(0.2) ? 0 : draw.whole(0, 12)));
  const starts = new Int32Array(rows + 1);
  counts.forEach((count, row) => {
    starts[row + 1] = starts[row] + count;
  });
  const stored = starts[rows];
  const rowStarts = drawOperand(draw, [rows + 1], { dtype: 'int32' });
  rowStarts.contents.set(starts as never);
  return {
    rows,
    columns,
    operands: [
      drawOperand(draw, [draw.chance(0.4) ? 0 : stored]),
      drawOperand(draw, [stored], { dtype: 'int32', numbers: { below: columns } }),
      rowStarts,
    ],
    right: [columns, n],
    out: [rows, n],
  };
}

type Drawer<K extends KernelName> = (draw: Draw, taste: Taste) => RandomLaunch<K>;

/** One function a kernel. */
export const randomLaunches: { readonly [K in KernelName]: Drawer<K> } = {
  ...windowLaunches,
  elementwise: drawElementwise,
  reduce: drawReduce,
  matMul: drawMatMul,
  random: drawRandom,
  gather: drawGather,
  scatter: drawScatter,
  argReduce: (draw, taste) => {
    const shape = draw.shape(draw.whole(1, 4), draw.pick([6, 60]));
    const axis = draw.whole(0, shape.length - 1);
    const target = shape.map((n, i) => (i === axis ? 1 : n));
    return {
      kernel: 'argReduce',
      inputs: [drawOperand(draw, shape, { ...numbersOf(draw, taste), ...layoutOf(draw, false) })],
      outputs: [drawOperand(draw, target, { dtype: 'int32', ...layoutOf(draw, true, 0.1) })],
      attributes: { op: draw.pick(['argmax', 'argmin']), axis },
    };
  },
  gatherElements: (draw) => {
    const { whole, part, indices, axis } = drawElements(draw);
    const outputs = [drawOperand(draw, part)];
    return { kernel: 'gatherElements', inputs: [whole, indices], outputs, attributes: { axis } };
  },
  scatterElements: (draw) => {
    const { whole, part, indices, axis } = drawElements(draw);
    const inputs = [drawOperand(draw, part), indices];
    const attributes = { axis, mode: draw.pick(['add', 'set'] as const) };
    return { kernel: 'scatterElements', inputs, outputs: [whole], attributes };
  },
  sort: (draw, taste) => {
    const shape = draw.shape(draw.whole(1, 3), 40, 4000);
    return {
      kernel: 'sort',
      inputs: [drawOperand(draw, shape, { ...numbersOf(draw, taste), ...layoutOf(draw, false) })],
      outputs: [
        drawOperand(draw, shape, layoutOf(draw, true, 0.2)),
        drawOperand(draw, shape, { dtype: 'int32' }),
      ],
      attributes: { descending: draw.chance(0.5) },
    };
  },
  scan: (draw, taste) => {
    const shape = draw.shape(draw.whole(1, 4), draw.pick([6, 60]));
    const op = draw.pick(['sum', 'prod', 'max', 'min'] as const);
    const numbers =
      op === 'prod' && taste.tame ? ({ below: 2 } as const) : numbersOf(draw, taste).numbers;
    return {
      kernel: 'scan',
      inputs: [drawOperand(draw, shape, { numbers, ...layoutOf(draw, false) })],
      outputs: [drawOperand(draw, shape, layoutOf(draw, true, 0.2))],
      attributes: {
        op,
        axis: draw.whole(0, shape.length - 1),
        exclusive: draw.chance(0.5),
        reverse: draw.chance(0.5),
      },
    };
  },
  sparseMatMul: (draw, taste) => {
    const { operands, right, out } = drawSparse(draw, draw.size(70));
    const inputs = [...operands, drawOperand(draw, right, layoutOf(draw, false, 0.1))];
    if (draw.chance(0.5)) inputs.push(drawOperand(draw, out.slice(1)));
    const outputs = [drawOperand(draw, out, layoutOf(draw, true, 0.1))];
    return {
      kernel: 'sparseMatMul',
      inputs,
      outputs,
      attributes: { activation: activations(draw, taste) },
    };
  },
  sparseMatMulGrad: (draw) => {
    const { operands, right, out } = drawSparse(draw, draw.size(70));
    const inputs = [...operands, drawOperand(draw, out)];
    return {
      kernel: 'sparseMatMulGrad',
      inputs,
      outputs: [drawOperand(draw, right)],
      attributes: {},
    };
  },
};

export const kernelNames = Object.keys(randomLaunches) as KernelName[];

/** The `index`-th launch of a kernel: the same one each time. */
export function randomLaunch(kernel: KernelName, index: number, taste: Taste): RandomLaunch {
  const seed = index * kernelNames.length + kernelNames.indexOf(kernel);
  const draw = randomLaunches[kernel] as Drawer<KernelName>;
  return draw(new Draw(seed), taste);
}

/** What a person needs to see which launch it was. */
export function describeLaunch({ kernel, inputs, outputs, attributes }: RandomLaunch): string {
  const one = ({ dtype, shape, strides, offset }: Operand) =>
    `${dtype}[${shape}]${strides.join() === rowMajorStrides(shape).join() ? '' : `/[${strides}]`}+${offset}`;
  const words = Object.entries(attributes).map(([name, value]) => {
    const text = (v: unknown): string =>
      Array.isArray(v) ? `[${v.map(text)}]` : ((v as Expr | null)?.key ?? String(v));
    return `${name} ${text(value)}`;
  });
  return `${kernel} (${inputs.map(one).join(', ')}) -> ${outputs.map(one).join(', ')}; ${words.join('; ')}`;
}

/** How storages are made for a launch. */
export type Place = (operand: Operand) => Storage;

/** The launch with operands on a backend. */
export function placeLaunch(launch: RandomLaunch, place: Place): Launch {
  const placed = new Map<Operand, View>();
  const viewOf = (operand: Operand): View => {
    const known = placed.get(operand);
    if (known) return known;
    const { offset, shape, strides, dtype } = operand;
    const view = { storage: place(operand), offset, shape, strides, dtype };
    placed.set(operand, view);
    return view;
  };
  const { kernel, inputs, outputs, attributes } = launch;
  return { kernel, inputs: inputs.map(viewOf), outputs: outputs.map(viewOf), attributes } as Launch;
}

export const placeOn =
  (backend: Backend): Place =>
  ({ dtype, contents }) =>
    backend.allocate(dtype, contents.length, contents);

/** Runs a launch and gives what the storages of its outputs then hold, gaps included. */
export function runLaunch(launch: RandomLaunch, backend: Backend): TypedArray[] {
  const placed = placeLaunch(launch, placeOn(backend));
  backend.run(placed);
  const results = placed.outputs.map(({ storage }) => (storage.array as TypedArray).slice());
  for (const { storage } of [...placed.inputs, ...placed.outputs]) storage.release();
  return results;
}
