import { operation } from '../autograd/index.ts';
import { copy, zeros } from '../ops/index.ts';
import { type Tensor as CoreTensor, type DType, type Shape, ValueError } from '../tensor/index.ts';
import { Tensor } from './tensor.ts';

type Results = Tensor | readonly Tensor[];

/** What `forward` leaves for `backward`: tensors, and any field of one's own. */
export class PyLayerContext {
  #saved: readonly Tensor[] = [];
  #materialize = true;
  [field: string]: unknown;

  /** Keeps tensors for `backward`. */
  saveForBackward(...tensors: readonly Tensor[]): void {
    this.#saved = tensors;
  }

  /** The tensors that were kept. */
  savedTensor(): readonly Tensor[] {
    return this.#saved;
  }

  /** Whether `backward` gets zeros (the default) or null for results that nobody used. */
  setMaterializeGrads(value: boolean): void {
    this.#materialize = value;
  }

  /** The gradient that `backward` gets for a result. */
  gradientOf(gradient: CoreTensor | null, result: { shape: Shape; dtype: DType }): Tensor | null {
    if (gradient) return new Tensor(gradient);
    return this.#materialize ? new Tensor(zeros(result.shape, { dtype: result.dtype })) : null;
  }
}

/**
 * An operation with a gradient of one's own: a class with static `forward(ctx, …)` and
 * `backward(ctx, …gradients)`, called by `apply`. `backward` gives one gradient, or null, for each
 * tensor that `forward` took.
 * @example class Tanh extends paddle.autograd.PyLayer {
 *   static override forward(ctx: PyLayerContext, x: paddle.Tensor) { const y = paddle.tanh(x); ctx.saveForBackward(y); return y; }
 *   static override backward(ctx: PyLayerContext, dy: paddle.Tensor) { const [y] = ctx.savedTensor(); return dy.multiply(paddle.square(y).scale(-1, 1)); }
 * }
 * Tanh.apply(x);
 */
// biome-ignore lint/complexity/noStaticOnlyClass: users derive from it, as in Paddle
export class PyLayer {
  static forward(_ctx: PyLayerContext, ..._args: never[]): Results {
    throw new ValueError('PyLayer: a layer needs a static forward(ctx, …)');
  }

  static backward(_ctx: PyLayerContext, ..._gradients: never[]): unknown {
    throw new ValueError('PyLayer: a layer needs a static backward(ctx, …gradients)');
  }

  /** Calls the operation. */
  static apply<Layer extends typeof PyLayer>(
    this: Layer,
    ...args: Parameters<Layer['forward']> extends [PyLayerContext, ...infer Rest] ? Rest : never
  ): ReturnType<Layer['forward']> {
    // biome-ignore lint/complexity/noThisInStatic: the class that derives from this one
    return applyLayer(this, args as readonly unknown[]) as ReturnType<Layer['forward']>;
  }
}

/** Runs a layer's `forward` as one operation on the tape. */
function applyLayer(layer: typeof PyLayer, given: readonly unknown[]): Results {
  const context = new PyLayerContext();
  const tensors = given.filter((arg) => arg instanceof Tensor);
  let single = true;
  let shapes: readonly { shape: Shape; dtype: DType }[] = [];
  const outputs = operation(
    layer.name,
    tensors.map((x) => x.tensor),
    () => {
      const results = layer.forward(context, ...(given as never[]));
      single = results instanceof Tensor;
      const list = results instanceof Tensor ? [results] : results;
      shapes = list.map(({ shape, dtype }) => ({ shape, dtype }));
      // A result that is an argument, or was kept, must not get this operation as its maker.
      return list.map(({ tensor }) => (isOwn(tensor, tensors) ? tensor.detach() : copy(tensor)));
    },
    {
      backward: (gradients) => {
        const passed = gradients.map((g, i) => context.gradientOf(g, shapes[i]));
        const found = layer.backward(context, ...(passed as never[]));
        const list = (Array.isArray(found) ? found : [found]) as readonly (Tensor | null)[];
        if (list.length !== tensors.length) {
          throw new ValueError(
            `${layer.name}: backward gave ${list.length} gradients for ${tensors.length} tensors`,
          );
        }
        return list.map((gradient) => gradient?.tensor ?? null);
      },
    },
  ).map((output) => new Tensor(output));
  return single ? outputs[0] : outputs;
}

const isOwn = (tensor: CoreTensor, given: readonly Tensor[]): boolean =>
  !given.some((x) => x.tensor.storage === tensor.storage);
