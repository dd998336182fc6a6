import type { KernelBuilder, Value } from '../../../builder/index.ts';
import type { PhaseList } from '../../../phases.ts';
import { plain, reduceColumns } from '../../reduce.ts';
import type { ConvShape } from '../geometry.ts';
import { imagesPerSegment } from '../image-slices.ts';
import type { Totals } from './filter-lists.ts';

/** The sums of dy over all pixels, a filter's each, in the order of `reduce`: a bias' gradient. */
export class SegmentTotals {
  readonly partial: number;
  readonly #filters: number;
  readonly #segments: number;
  readonly #perSegment: number;
  readonly #out: number;
  readonly #phases: PhaseList;

  /** Segments must not cut images: see `imagesPerSegment`. */
  constructor(shape: ConvShape, out: number, phases: PhaseList) {
    this.#perSegment = imagesPerSegment(shape) as number;
    this.#segments = Math.ceil(shape.images / this.#perSegment);
    this.#filters = shape.filters;
    this.#out = out;
    this.#phases = phases;
    this.partial = this.#segments === 1 ? out : phases.scratch(this.#segments * shape.filters * 4);
  }

  /** The sums that an image adds to; they begin anew with a segment, unless `isLater` says that the image has begun. */
  of(b: KernelBuilder, partial: Value, image: Value, isLater: Value): Totals {
    const perSegment = this.#perSegment;
    const sums = b.let(partial.add(image.divU(perSegment).mul(this.#filters * 4)));
    const grows = b.let(isLater.or(image.remU(perSegment).ne(0)));
    return {
      grow: (filter, add) => {
        const at = b.let(sums.add(filter.shl(2)));
        const sum = b.let(b.zero());
        b.if(grows, () => b.set(sum, b.loadSplat(at)));
        add(sum);
        b.store(at, 0, sum.lane(0));
      },
    };
  }

  emitTotal(): void {
    if (this.#segments === 1) return;
    reduceColumns(
      plain({ op: 'sum' }),
      1,
      this.#segments,
      this.#filters,
      [this.partial],
      this.#out,
      this.#phases,
    );
  }
}
