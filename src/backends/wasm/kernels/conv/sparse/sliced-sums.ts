import { input } from '../../../../../expr/index.ts';
import { rowMajorStrides } from '../../../../../tensor/index.ts';
import type { KernelBuilder, Value } from '../../../builder/index.ts';
import type { PhaseList } from '../../../phases.ts';
import { elementwise } from '../../elementwise.ts';
import { scratchView } from '../../layout.ts';
import { plain, reduceColumns } from '../../reduce.ts';
import type { ConvShape } from '../geometry.ts';
import { imagesPerSlice } from '../image-slices.ts';
import { sumsRow } from './filter-lists.ts';

/** Sums [filter][ky][kx c, filled up] of slices of the images. */
export class SlicedSums {
  readonly perSlice: number;
  readonly slices: number;
  readonly partial: number;
  readonly #shape: ConvShape;
  readonly #phases: PhaseList;
  readonly #row: number;
  readonly #window: number;
  /** Channels of the result's taps, as the lists see them. */
  readonly #channels: number;

  /** `framed` is the shape as the lists see it. There is memory for sums if they are wanted. */
  constructor(shape: ConvShape, framed: ConvShape, wanted: boolean, phases: PhaseList) {
    this.#shape = framed;
    this.#phases = phases;
    this.#row = sumsRow(framed, phases.target.lanes);
    this.#window = framed.kernelHeight * this.#row;
    const taps = framed.kernelHeight * framed.kernelWidth;
    this.#channels = (shape.kernelHeight * shape.kernelWidth * shape.channels) / taps;
    this.perSlice = imagesPerSlice(shape);
    this.slices = Math.ceil(shape.images / this.perSlice);
    this.partial = wanted ? phases.scratch(this.slices * this.#window * shape.filters * 4) : 0;
  }

  /** The images of a task's slice, and where its sums are. */
  overImages(
    b: KernelBuilder,
    partial: Value,
    body: (image: Value, isLater: Value, sums: Value) => void,
  ): void {
    const { images, filters } = this.#shape;
    const sums = b.let(partial.add(b.task.mul(filters * this.#window * 4)));
    const first = b.let(b.task.mul(this.perSlice));
    const last = b.let(first.add(this.perSlice));
    b.set(last, last.lt(images).select(last, b.i32(images)));
    b.for(first, last, 1, (image) => body(image, image.ne(first), sums));
  }

  /** Adds the slices and turns the sum into [ky, kx, c, filter], without what fills up channels. */
  emitTotal(out: number): void {
    const { filters, kernelHeight, kernelWidth } = this.#shape;
    const channels = this.#channels;
    const size = this.#window * filters;
    const sum = scratchView([size], this.#phases);
    const address = (sum.storage as unknown as { address: number }).address;
    const { partial, slices } = this;
    reduceColumns(plain({ op: 'sum' }), 1, slices, size, [partial], address, this.#phases);
    const shape = [kernelHeight, kernelWidth, channels, filters];
    const turned = { ...sum, shape, strides: [this.#row, this.#shape.channels, 1, this.#window] };
    const storage = { address: out } as unknown as typeof sum.storage;
    const target = { ...sum, storage, shape, strides: rowMajorStrides(shape) };
    elementwise([turned], [target], { formulas: [input(0)] }, this.#phases);
  }
}
