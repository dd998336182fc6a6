import { noGrad } from '../autograd/index.ts';
import { factory, integer, withOptions } from '../config/index.ts';
import { truncatedNormal } from '../initializers/index.ts';
import { matmul, Parameter, reshape } from '../ops/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import type { ShapeOrShapes } from './keras-tensor.ts';
import type { CallOptions } from './layer.ts';
import { Wrapper } from './wrapper.ts';

/** Keeps vectors of length 0 finite. */
const tiny = 1e-12;

const unit = (x: Tensor): Tensor => x.mul(x.square().sum().maximum(tiny).rsqrt());

/**
 * Keeps the largest singular value of a layer's kernel at 1: before each step of training the kernel is divided by it.
 * Miyato et al. 2018, https://arxiv.org/abs/1802.05957
 */
export class SpectralNormalization extends withOptions(
  Wrapper,
  {
    /** Steps of the power iteration that finds the singular value. */
    powerIterations: integer(1, { min: 1 }),
  },
  ['layer', 'powerIterations'],
) {
  static override readonly className = 'SpectralNormalization';
  kernel!: Parameter;
  vectorU!: Parameter;

  override build(inputShape: ShapeOrShapes): void {
    this.layer.build(inputShape);
    const inner = this.layer as { kernel?: unknown; embeddings?: unknown };
    const kernel = inner.kernel ?? inner.embeddings;
    if (!(kernel instanceof Parameter)) {
      throw new ValueError(
        `${this.name}: ${this.layer.name} (${this.layer.className}) has no kernel to normalize`,
      );
    }
    this.kernel = kernel;
    this.adoptWeight(kernel);
    this.vectorU = this.addWeight({
      name: 'vector_u',
      shape: [1, kernel.shape.at(-1) as number],
      initializer: truncatedNormal({ stddev: 0.02 }),
      trainable: false,
    });
  }

  override call(x: Tensor, { training }: CallOptions): Tensor {
    if (training) noGrad(() => this.#normalize());
    return this.layer.apply(x);
  }

  #normalize(): void {
    const { kernel } = this;
    const matrix = reshape(kernel, [-1, kernel.shape.at(-1) as number]);
    let u: Tensor = this.vectorU;
    let v = u;
    for (let i = 0; i < this.powerIterations; i++) {
      v = unit(matmul(u, matrix, { transposeB: true }));
      u = unit(matmul(v, matrix));
    }
    const sigma = matmul(matmul(v, matrix), u, { transposeB: true });
    const scaled = kernel.div(reshape(sigma, []));
    this.vectorU.assign(u);
    kernel.assign(scaled);
  }

  override computeOutputShape(inputShape: ShapeOrShapes): ShapeOrShapes {
    return this.layer.computeOutputShape(inputShape);
  }
}

/** Makes a {@link SpectralNormalization}. */
export const spectralNormalization = factory(SpectralNormalization);
