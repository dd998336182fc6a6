import { boolean, factory, number, withOptions } from '../config/index.ts';
import type { Expr } from '../expr/index.ts';
import { pow } from '../expr/math.ts';
import { elementwise, mean, Parameter, update, zeros, zerosLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { type GradientFormula, materialized, sumOfOccurrences } from './gradient-formula.ts';
import { type Formulas, Optimizer } from './optimizer.ts';
import type { Scalars } from './step-scalars.ts';

/** A quotient in which nothing over anything is nothing. */
const over = (a: Expr, b: Expr): Expr => a.eq(0).select(0, a.div(a.eq(0).select(1, b)));

/**
 * Steps of the gradient over the root of its mean square, which for matrices is put together from the means of rows and
 * columns; steps grow with the weight. Shazeer and Stern 2018, https://arxiv.org/abs/1804.04235
 */
export class Adafactor extends withOptions(
  Optimizer,
  {
    /** Power of the step by which less and less of the mean square is forgotten. */
    beta2Decay: number(-0.8),
    /** Keeps squares away from 0. */
    epsilon1: number(1e-30, { min: 0 }),
    /** Smallest size of a weight that steps are scaled by. */
    epsilon2: number(1e-3, { min: 0 }),
    /** Largest root of a step's mean square. */
    clipThreshold: number(1, { min: 0, above: true }),
    /** Kept in configs for Keras, whose steps shrink with 1/√step either way. */
    relativeStep: boolean(true),
  },
  ['learningRate'],
) {
  static override readonly className = 'Adafactor';
  readonly #factors = new Map<
    Parameter,
    { readonly rows: Parameter; readonly columns: Parameter }
  >();

  protected override makeSlots(parameters: readonly Parameter[]): void {
    for (const parameter of parameters) {
      this.#addFactors(parameter);
      this.state.add(parameter, 'velocity');
    }
  }

  /** Means of rows and of columns; for vectors Keras has placeholders in their place. */
  #addFactors(parameter: Parameter): void {
    const { name, shape, rank } = parameter;
    const factor = (factorShape: readonly number[]): Parameter =>
      new Parameter(zeros(factorShape, { dtype: rank < 2 ? 'int32' : parameter.dtype }), {
        name,
        path: rank < 2 ? name : `${this.name}/${name}`,
        trainable: false,
      });
    const lead = shape.slice(0, -2);
    const factors =
      rank < 2
        ? { rows: factor([]), columns: factor([]) }
        : {
            rows: factor(shape.slice(0, -1)),
            columns: factor([...lead, shape[rank - 1]]),
          };
    this.#factors.set(parameter, factors);
    this.state.variables.push(factors.rows, factors.columns);
  }

  protected override scalars(step: number, learningRate: number): Scalars {
    return {
      rate: Math.min(learningRate, 1 / Math.sqrt(step)),
      kept: 1 - pow(step, this.beta2Decay),
    };
  }

  /** The step before its length is set, when the mean squares are known; what never had a gradient stays. */
  protected override rule({ g, velocity }: Formulas): Formulas {
    return { w: over(g, velocity.sqrt()) };
  }

  #updateVelocity(parameter: Parameter, given: Tensor): void {
    const { velocity } = this.state.of(parameter);
    const kept = this.scalar('kept');
    const follow = (target: Parameter, value: Tensor): void =>
      update(
        (old, now, share) => [share.mul(old).add(now.mul(share.neg().add(1)))],
        [target, value, kept],
        [target],
      );
    const squares = elementwise('regulated', (square) => square.add(this.epsilon1), [given]);
    const factors = this.#factors.get(parameter);
    if (!factors || parameter.rank < 2) {
      follow(velocity, squares);
      return;
    }
    const { rows, columns } = factors;
    follow(rows, mean(squares, -1));
    follow(columns, mean(squares, -2));
    update(
      (row, total, column) => [row.div(total).mul(column)],
      [
        rows.expandDims(-1),
        mean(rows, -1, { keepDims: true }).expandDims(-1),
        columns.expandDims(-2),
      ],
      [velocity],
    );
  }

  protected override updateParameter(parameter: Parameter, gradient: GradientFormula): void {
    this.decayParameter(parameter);
    const whole = materialized(gradient);
    const squares =
      sumOfOccurrences(gradient, parameter.shape, (g) => g.square()) ?? whole.square();
    this.#updateVelocity(parameter, squares);
    const step = zerosLike(parameter);
    this.applyRule(parameter, { inputs: [whole], formula: (g) => g }, step);
    const { velocity } = this.state.of(parameter);
    const stepSquares = elementwise('stepSquare', over, [squares, velocity]);
    update(
      (w, s, size, length, rate) => {
        const alpha = size.sqrt().max(this.epsilon2).mul(rate);
        return [w.sub(alpha.mul(s.div(length.sqrt().div(this.clipThreshold).max(1))))];
      },
      [parameter, step, mean(parameter.square()), mean(stepSquares), this.scalar('rate')],
      [parameter],
    );
    this.finishParameter(parameter);
  }
}

/** Makes an {@link Adafactor}. */
export const adafactor = factory(Adafactor);
