import { input } from '../../../../expr/index.ts';
import { rowMajorStrides } from '../../../../tensor/index.ts';
import type { KernelBuilder, Value } from '../../builder/index.ts';
import type { PhaseList } from '../../phases.ts';
import type { ConvShape } from '../conv-geometry.ts';
import { elementwise } from '../elementwise.ts';
import { scratchView } from '../layout.ts';
import { plain, reduceColumns } from '../reduce.ts';

const mostSlices = 16;

/** Sums [filter][ky, kx, c] of slices of the images. */
export class SlicedSums {
  readonly perSlice: number;
  readonly slices: number;
  readonly partial: number;
  readonly #shape: ConvShape;
  readonly #phases: PhaseList;
  readonly #window: number;

  constructor(shape: ConvShape, phases: PhaseList) {
    const { images, channels, filters, kernelHeight, kernelWidth } = shape;
    this.#shape = shape;
    this.#phases = phases;
    this.#window = kernelHeight * kernelWidth * channels;
    this.perSlice = Math.ceil(images / Math.min(images, mostSlices));
    this.slices = Math.ceil(images / this.perSlice);
    this.partial = phases.scratch(this.slices * this.#window * filters * 4);
  }

  /** The images of a task's slice; the address of the sums is the kernel's third argument. */
  overImages(b: KernelBuilder, body: (image: Value, isLater: Value, sums: Value) => void): void {
    const { images, filters } = this.#shape;
    const sums = b.let(b.arg(2).add(b.task.mul(filters * this.#window * 4)));
    const first = b.let(b.task.mul(this.perSlice));
    const last = b.let(first.add(this.perSlice));
    b.set(last, last.lt(images).select(last, b.i32(images)));
    b.for(first, last, 1, (image) => body(image, image.ne(first), sums));
  }

  /** Adds the slices and turns the sum into [ky, kx, c, filter], with so many of the channels. */
  emitTotal(channels: number, out: number): void {
    const { filters, kernelHeight, kernelWidth } = this.#shape;
    const size = this.#window * filters;
    const sum = scratchView([this.#window, filters], this.#phases);
    const address = (sum.storage as unknown as { address: number }).address;
    const { partial, slices } = this;
    reduceColumns(plain({ op: 'sum' }), 1, slices, size, [partial], address, this.#phases);
    const shape = [kernelHeight * kernelWidth, channels, filters];
    const turned = { ...sum, shape, strides: [this.#shape.channels, 1, this.#window] };
    const storage = { address: out } as unknown as typeof sum.storage;
    const target = { ...sum, storage, shape, strides: rowMajorStrides(shape) };
    elementwise([turned], [target], { formulas: [input(0)] }, this.#phases);
  }
}
