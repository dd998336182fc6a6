import { uniqueName } from '../config/index.ts';
import type { DType } from '../tensor/index.ts';
import { formatShape, type Tensor } from '../tensor/index.ts';
import type { Layer } from './layer.ts';

/** Sizes of the axes; null where they are not known before data comes, as the batch's. */
export type SymbolicShape = readonly (number | null)[];

/** One shape, or one for each of several inputs or outputs. */
export type ShapeOrShapes = SymbolicShape | readonly SymbolicShape[];

/** A tensor's shape and type. */
export interface TensorSpec {
  readonly shape: SymbolicShape;
  readonly dtype: DType;
}

/**
 * A tensor to come: what `Input` and layers applied to it give. It holds no numbers, only shape, dtype and the layer that
 * will make it; a `Model` turns it into a computation.
 */
export class KerasTensor implements TensorSpec {
  readonly shape: SymbolicShape;
  readonly dtype: DType;
  readonly name: string;
  /** Whether data for it may come as a sparse matrix. */
  readonly sparse: boolean;
  /** The layer's application that makes it. */
  node: LayerNode | null = null;
  /** Which of the node's outputs it is. */
  index = 0;

  constructor({
    shape,
    dtype = 'float32',
    name = uniqueName('keras_tensor'),
    sparse = false,
  }: Partial<TensorSpec> & Pick<TensorSpec, 'shape'> & { name?: string; sparse?: boolean }) {
    this.shape = shape;
    this.dtype = dtype;
    this.name = name;
    this.sparse = sparse;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  toString(): string {
    return `<KerasTensor ${this.name} shape=${formatShape(this.shape)} dtype=${this.dtype}>`;
  }
}

/** Tensors, alone or in lists. */
export type Structure<T> = T | readonly Structure<T>[];

/** One application of a layer to symbolic inputs: what a functional model replays on data. */
export class LayerNode {
  readonly layer: Layer;
  readonly inputs: Structure<KerasTensor | Tensor>;
  /** Further arguments of the call; tensors among them are inputs of the node too. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly outputs: readonly KerasTensor[];
  /** Whether the layer gives a list. */
  readonly outputsList: boolean;
  /** Its position among the layer's nodes. */
  readonly index: number;

  constructor(
    layer: Layer,
    inputs: Structure<KerasTensor | Tensor>,
    options: Readonly<Record<string, unknown>>,
    outputs: KerasTensor | readonly KerasTensor[],
  ) {
    this.layer = layer;
    this.inputs = inputs;
    this.options = options;
    this.outputsList = Array.isArray(outputs);
    this.outputs = (this.outputsList ? outputs : [outputs]) as readonly KerasTensor[];
    this.index = layer.inboundNodes.length;
    this.outputs.forEach((output, i) => {
      output.node = this;
      output.index = i;
    });
  }

  /** The symbolic tensors that the node needs, arguments included, in order. */
  get inputTensors(): KerasTensor[] {
    return [...flatten(this.inputs), ...optionTensors(this.options)].filter(isSymbolic);
  }
}

/** Whether a value is a symbolic tensor, of which only shape and dtype are known. */
export const isSymbolic = (x: unknown): x is KerasTensor => x instanceof KerasTensor;

/** The leaves of nested lists, in order. */
export function flatten<T>(structure: Structure<T>): T[] {
  return Array.isArray(structure)
    ? structure.flatMap((part) => flatten(part as Structure<T>))
    : [structure as T];
}

/** The same nesting with each leaf replaced. */
export function mapStructure<T, U>(structure: Structure<T>, f: (leaf: T) => U): Structure<U> {
  return Array.isArray(structure)
    ? structure.map((part) => mapStructure(part as Structure<T>, f))
    : f(structure as T);
}

/** Symbolic tensors among the options of a call. */
export function optionTensors(options: Readonly<Record<string, unknown>>): KerasTensor[] {
  return Object.values(options)
    .flatMap((value) => flatten(value as Structure<unknown>))
    .filter(isSymbolic);
}

/** Whether it is one shape rather than a list of shapes. */
export const isShape = (shape: ShapeOrShapes): shape is SymbolicShape =>
  !shape.some((n) => Array.isArray(n));
