import { integer, nullable, withOptions } from '../config/index.ts';
import { add, type TensorLike, where } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { evenThresholds } from './confusion-counts.ts';
import { ConfusionCurve } from './confusion-curve.ts';
import { quotient } from './mean.ts';

const Base = withOptions(ConfusionCurve, {
  classId: nullable(integer(0, { min: 0 })),
  numThresholds: integer(200, { min: 1 }),
});

/** The base of metrics that give the best of one share at thresholds where another is large enough. */
export abstract class BestAtConstraint extends Base {
  readonly #thresholds = evenThresholds(this.numThresholds, 0);

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    this.makeCounts([this.#thresholds.length]);
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight: TensorLike | null = null,
  ): void {
    this.addCounts(yTrue, yPred, sampleWeight, {
      thresholds: this.#thresholds,
      even: this.#thresholds.length > 1,
      classId: this.classId,
    });
  }

  /** Shares of right decisions at each threshold. */
  protected shares(): { recalls: Tensor; specificities: Tensor; precisions: Tensor } {
    const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = this;
    return {
      recalls: quotient(tp, add(tp, fn)),
      specificities: quotient(tn, add(tn, fp)),
      precisions: quotient(tp, add(tp, fp)),
    };
  }

  /** The largest of `values` where `constrained` is at least `limit`; 0 if that is nowhere. */
  protected best(constrained: Tensor, limit: number, values: Tensor): Tensor {
    return where(constrained.greaterEqual(Math.fround(limit)), values, 0).max();
  }
}
