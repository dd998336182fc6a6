import {
  badOption,
  boolean,
  factory,
  integer,
  list,
  nullable,
  number,
  option,
  withDefault,
  withOptions,
} from '../config/index.ts';
import type { Expr } from '../expr/index.ts';
import { pow } from '../expr/math.ts';
import { elementwise, matmul, type Parameter, transpose, update, zerosLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { averaged } from './adam.ts';
import type { GradientFormula } from './gradient-formula.ts';
import { type Formulas, Optimizer } from './optimizer.ts';
import type { Scalars } from './step-scalars.ts';

/** A regular expression, as text. */
const pattern = option((input: string, where: string) => {
  try {
    new RegExp(input);
  } catch {
    throw badOption(where, 'a regular expression', input);
  }
  return input;
});

/**
 * Momentum whose steps are made orthogonal, for matrices; Adam for all other weights and for embeddings. Jordan 2024,
 * https://kellerjordan.github.io/posts/muon/, with the lengths of Liu et al. 2025, https://arxiv.org/abs/2502.16982
 */
export class Muon extends withOptions(
  Optimizer,
  {
    weightDecay: withDefault(nullable(number(0, { min: 0 })), 0.004),
    adamBeta1: number(0.9, { min: 0, max: 1 }),
    adamBeta2: number(0.999, { min: 0, max: 1 }),
    epsilon: number(1e-7, { min: 0 }),
    /** Adam is for weights in whose path one of these is found. */
    excludeLayers: list(pattern, []),
    /** Coefficients of the iteration. */
    muonA: number(3.4445),
    muonB: number(-4.775),
    muonC: number(2.0315),
    /** Adam's learning rate over Muon's. */
    adamLrRatio: number(1, { min: 0 }),
    momentum: number(0.95, { min: 0, max: 1 }),
    /** How often the iteration is run. */
    nsSteps: integer(5, { min: 0 }),
    nesterov: boolean(true),
    excludeEmbeddings: boolean(true),
    adamWeightDecay: withDefault(nullable(number(0)), 0.004),
    /** Root of the mean square of a step at rate 1; null for the orthogonal matrix as it is. */
    rmsRate: withDefault(nullable(number(0)), 0.2),
  },
  ['learningRate'],
) {
  static override readonly className = 'Muon';

  /** Whether Adam is for this weight. */
  #isForAdam({ rank, path }: Parameter): boolean {
    return (
      rank !== 2 ||
      (this.excludeEmbeddings && path.toLowerCase().includes('embedding')) ||
      this.excludeLayers.some((name) => new RegExp(name).test(path))
    );
  }

  protected override slotNames(parameter: Parameter): readonly (readonly string[])[] {
    return [this.#isForAdam(parameter) ? ['momentum', 'velocity'] : ['momentum']];
  }

  protected override scalars(step: number, learningRate: number): Scalars {
    const correction = Math.sqrt(1 - pow(this.adamBeta2, step)) / (1 - pow(this.adamBeta1, step));
    return {
      learningRate,
      alpha: learningRate * this.adamLrRatio * correction,
      adamDecay: (this.adamWeightDecay ?? 0) * learningRate,
    };
  }

  protected override decayScalar(parameter: Parameter): string | null {
    if (!this.#isForAdam(parameter)) return super.decayScalar(parameter);
    return this.adamWeightDecay === null ? null : 'adamDecay';
  }

  /** Adam's step for a weight with a velocity; else the direction that is to be made orthogonal. */
  protected override summand(gradient: Expr): Expr {
    return gradient.square();
  }

  protected override rule(
    { w, g, summed, momentum, velocity }: Formulas,
    { alpha }: Formulas,
  ): Formulas {
    if (!velocity) {
      const m = momentum.mul(this.momentum).add(g);
      return { w: this.nesterov ? g.add(m.mul(this.momentum)) : m, momentum: m };
    }
    const m = averaged(momentum, g, this.adamBeta1);
    const v = averaged(velocity, summed, this.adamBeta2);
    return {
      w: w.sub(m.mul(alpha).div(v.sqrt().add(this.epsilon))),
      momentum: m,
      velocity: v,
    };
  }

  protected override updateParameter(parameter: Parameter, gradient: GradientFormula): void {
    if (this.#isForAdam(parameter)) {
      super.updateParameter(parameter, gradient);
      return;
    }
    this.decayParameter(parameter);
    const direction = zerosLike(parameter);
    this.applyRule(parameter, gradient, direction);
    const length =
      this.rmsRate === null ? 1 : Math.sqrt(Math.max(...parameter.shape)) * this.rmsRate;
    update(
      (w, step, rate) => [w.sub(rate.mul(step).mul(length))],
      [parameter, this.#orthogonal(direction), this.scalar('learningRate')],
      [parameter],
    );
    this.finishParameter(parameter);
  }

  /** The matrix with its singular values near 1, by Newton-Schulz iterations. */
  #orthogonal(matrix: Tensor): Tensor {
    const [rows, columns] = matrix.shape;
    const wide = rows > columns ? transpose(matrix) : matrix;
    let x = elementwise('unitMatrix', (v, square) => v.div(square.sqrt().add(1e-7)), [
      wide,
      wide.square().sum(),
    ]);
    for (let i = 0; i < this.nsSteps; i++) {
      const a = matmul(x, x, { transposeB: true });
      const b = elementwise('newtonSchulz', (p, q) => p.mul(this.muonB).add(q.mul(this.muonC)), [
        a,
        matmul(a, a),
      ]);
      x = elementwise('newtonSchulz', (p, q) => p.mul(this.muonA).add(q), [x, matmul(b, x)]);
    }
    return rows > columns ? transpose(x) : x;
  }
}

/** Makes a {@link Muon}. */
export const muon = factory(Muon);
