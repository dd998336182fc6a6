import type { Expr } from '../expr/index.ts';
import type { View } from '../tensor/index.ts';

/**
 * A formula over broadcast inputs, one output per formula: `outputs[i][p] = formulas[i](inputs[0][p], …)`.
 * Inputs have the outputs' shape (stride 0 where they were broadcast). An output may be the same view as an input.
 * Values are converted to the output's dtype.
 */
export interface ElementwiseAttributes {
  readonly formulas: readonly Expr[];
}

/** How a reduction combines values, in float32 sums of 16 partial sums along contiguous elements. */
export type Reduction = 'sum' | 'prod' | 'max' | 'min' | 'any' | 'all';

/**
 * Reduces `formula(inputs…)` over `axes`. Inputs share one shape; the output has the same rank, 1 on reduced axes.
 * Reducing nothing gives 0, 1, -Infinity, Infinity, false, true.
 */
export interface ReduceAttributes {
  readonly op: Reduction;
  readonly formula: Expr;
  readonly axes: readonly number[];
}

/** Index (int32) of the first maximum or minimum along `axis`, which is 1 in the output; NaN counts as extreme. */
export interface ArgReduceAttributes {
  readonly op: 'argmax' | 'argmin';
  readonly axis: number;
}

/** What is done to a product or convolution before it is stored; `formula` is of input 0, the sum with bias. */
export interface Epilogue {
  /** Applied after the bias; null for none. */
  readonly activation: Expr | null;
}

/**
 * inputs [a, b, bias?], outputs [c]: c[…, m, n] = activation(sum over k of a[…, m, k] * b[…, k, n] + bias[n]).
 * Equal batch axes (stride 0 where broadcast); any strides: a transposed operand is a view.
 */
export type MatMulAttributes = Epilogue;

/** Geometry of a 2-D window: [height, width] pairs; padding as [[top, bottom], [left, right]], in zeros. */
export interface WindowAttributes {
  readonly strides: readonly [number, number];
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
  readonly dilation: readonly [number, number];
}

/**
 * conv2d: inputs [x NHWC, filter HW(C/groups)O, bias?], outputs [y NHWC].
 * conv2dInputGrad: inputs [dy, filter], outputs [dx]; conv2dFilterGrad: inputs [x, dy], outputs [dFilter].
 * Output channel o belongs to group floor(o / (O / groups)). The gradients ignore `activation`.
 */
export interface ConvAttributes extends WindowAttributes, Epilogue {
  readonly groups: number;
}

/**
 * pool2d: inputs [x NHWC], outputs [y NHWC]; pool2dGrad: inputs [dy, x], outputs [dx].
 * 'max' never picks padding, and its gradient goes to the first maximum of a window in row-major order;
 * 'average' divides by the cells inside the image, or by the whole window with `countPadding`.
 */
export interface PoolAttributes extends WindowAttributes {
  readonly op: 'max' | 'average';
  readonly size: readonly [number, number];
  readonly countPadding: boolean;
}

/**
 * inputs [x, indices int32], outputs [y]. x is [outer…, n, inner…] with n at `axis`; indices is any shape I;
 * y is [outer…, I…, inner…]. Indices lie in [0, n): checked in ops.
 */
export interface GatherAttributes {
  readonly axis: number;
}

/**
 * The adjoint of gather: inputs [updates, indices], outputs [x], where x (already filled) gets the updates added, in the
 * order of the indices, or replaced (the last one wins).
 */
export interface ScatterAttributes {
  readonly axis: number;
  readonly mode: 'add' | 'set';
}

/** Like gather and scatter with one index per element: indices has y's shape (NumPy's take_along_axis). */
export type GatherElementsAttributes = GatherAttributes;
/** Like `scatter` with one index per element. */
export type ScatterElementsAttributes = ScatterAttributes;

/** inputs [x], outputs [values, indices int32]: stable sort along the last axis; NaN sorts as the largest. */
export interface SortAttributes {
  readonly descending: boolean;
}

/** inputs [x], outputs [y]: running sum, product, maximum or minimum along `axis`. */
export interface ScanAttributes {
  readonly op: 'sum' | 'prod' | 'max' | 'min';
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/**
 * inputs [key int32[2]], outputs [y], contiguous. Words come from Threefry-2x32 with 13 rounds (Salmon et al. 2011, the
 * fewest that pass BigCrush): element 32 b + j (j < 16) is the first word of counter (16 b + j, salt) under the key, element
 * 32 b + 16 + j its second word, so that any vector width computes them without shuffles. 'bits' fills int32;
 * 'uniform' is (word >>> 8) * 2^-24 in [0, 1); 'normal' is sqrt(2) * erfinv(2 u - 1 + 2^-24) of that number.
 */
export interface RandomAttributes {
  readonly op: 'bits' | 'uniform' | 'normal';
  readonly salt: number;
}

/**
 * inputs [values, columns int32, rowStarts int32 (rows + 1), b [cols, n], bias?], outputs [c [rows, n]]:
 * product of a compressed sparse row matrix and a dense one. An empty `values` (size 0) means all ones.
 */
export type SparseMatMulAttributes = Epilogue;

/** inputs [values, columns, rowStarts, dc [rows, n]], outputs [db [cols, n]]: transposed(sparse) @ dc. */
export type SparseMatMulGradAttributes = Record<never, never>;

/** Every kernel a backend must have: its attributes. Kernels check nothing; operations do. */
export interface KernelAttributes {
  elementwise: ElementwiseAttributes;
  reduce: ReduceAttributes;
  argReduce: ArgReduceAttributes;
  matMul: MatMulAttributes;
  conv2d: ConvAttributes;
  conv2dInputGrad: ConvAttributes;
  conv2dFilterGrad: ConvAttributes;
  pool2d: PoolAttributes;
  pool2dGrad: PoolAttributes;
  gather: GatherAttributes;
  scatter: ScatterAttributes;
  gatherElements: GatherElementsAttributes;
  scatterElements: ScatterElementsAttributes;
  sort: SortAttributes;
  scan: ScanAttributes;
  random: RandomAttributes;
  sparseMatMul: SparseMatMulAttributes;
  sparseMatMulGrad: SparseMatMulGradAttributes;
}

/** Name of a kernel. */
export type KernelName = keyof KernelAttributes;

/** Computes outputs, which exist already and do not overlap inputs unless the kernel says so. */
export type Kernel<K extends KernelName> = (
  inputs: readonly View[],
  outputs: readonly View[],
  attributes: KernelAttributes[K],
) => void;

/** All kernels of a backend. */
export type Kernels = { readonly [K in KernelName]: Kernel<K> };

/** One call of a kernel, as plans record it. */
export type Launch = {
  [K in KernelName]: {
    readonly kernel: K;
    readonly inputs: readonly View[];
    readonly outputs: readonly View[];
    readonly attributes: KernelAttributes[K];
  };
}[KernelName];
