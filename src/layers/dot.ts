import { boolean, factory, option, withOptions } from '../config/index.ts';
import { matmul, moveAxis, reshape } from '../ops/index.ts';
import { formatShape, normalizeAxis, ShapeError, sizeOf, type Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import { checkSeveral } from './merging.ts';

const axes = option((input: number | readonly [number, number]) => input);

/** Keeps vectors of length 0 as they are. */
const tiny = 1e-12;

/**
 * The products of two inputs, sample by sample, summed over an axis of each; with `normalize` of vectors scaled to length 1, so that
 * they are cosines.
 * @example dot(1).apply([a, b]) // [batch, n] and [batch, n] to [batch, 1]
 */
export class Dot extends withOptions(Layer, { axes, normalize: boolean(false) }, ['axes']) {
  static override readonly className = 'Dot';

  override build(inputShape: readonly SymbolicShape[]): void {
    this.computeOutputShape(inputShape);
  }

  override call([left, right]: readonly Tensor[]): Tensor {
    const [i, j] = this.#axes(left.rank, right.rank);
    const unit = (x: Tensor, axis: number): Tensor =>
      this.normalize ? x.mul(x.square().sum(axis, { keepDims: true }).maximum(tiny).rsqrt()) : x;
    const a = moveAxis(unit(left, i), i, -1);
    const b = moveAxis(unit(right, j), j, 1);
    const [rows, columns] = [a.shape.slice(1, -1), b.shape.slice(2)];
    const [batch, inner] = [a.shape[0], b.shape[1]];
    const product = matmul(
      reshape(a, [batch, sizeOf(rows), inner]),
      reshape(b, [batch, inner, sizeOf(columns)]),
    );
    const rest = [...rows, ...columns];
    return reshape(product, [batch, ...(rest.length ? rest : [1])]);
  }

  #axes(left: number, right: number): readonly [number, number] {
    const [i, j] = typeof this.axes === 'number' ? [this.axes, this.axes] : this.axes;
    return [normalizeAxis(this.name, i, left), normalizeAxis(this.name, j, right)];
  }

  override computeOutputShape(inputShape: readonly SymbolicShape[]): SymbolicShape {
    checkSeveral(this.name, inputShape);
    const [left, right] = inputShape;
    const [i, j] = this.#axes(left.length, right.length);
    if (left[i] !== null && right[j] !== null && left[i] !== right[j]) {
      throw new ShapeError(
        `${this.name}: axis ${i} of ${formatShape(left)} and axis ${j} of ${formatShape(right)} ` +
          'must have one size',
      );
    }
    const rest = [
      ...left.slice(1).filter((_, axis) => axis + 1 !== i),
      ...right.slice(1).filter((_, axis) => axis + 1 !== j),
    ];
    return [left[0], ...(rest.length ? rest : [1])];
  }
}

/** Makes a {@link Dot}. */
export const dot = factory(Dot);
