import {
  badOption,
  boolean,
  choice,
  integer,
  list,
  nullable,
  number,
  omitted,
  option,
  withOptions,
} from '../config/index.ts';
import {
  add,
  asTensor,
  elementwise,
  log,
  narrow,
  sigmoid,
  sub,
  type TensorLike,
  tensor,
} from '../ops/index.ts';
import { formatShape, ShapeError, type Tensor, ValueError } from '../tensor/index.ts';
import { areEven, evenThresholds } from './confusion-counts.ts';
import { ConfusionCurve } from './confusion-curve.ts';
import { quotient } from './mean.ts';

/** Moves the outer thresholds beyond all probabilities. */
const margin = 1e-7;

const thresholds = nullable(
  option(
    (input: readonly number[], where: string): readonly number[] => {
      if (!Array.isArray(input) || input.some((t) => !(t >= 0 && t <= 1))) {
        throw badOption(where, 'a list of thresholds in [0, 1]', input);
      }
      return input;
    },
    [] as readonly number[],
  ),
);

const Base = withOptions(
  ConfusionCurve,
  {
    numThresholds: integer(200, { min: 2 }),
    curve: choice(['ROC', 'PR', 'PRGAIN'], 'ROC'),
    summationMethod: choice(['interpolation', 'minoring', 'majoring'], 'interpolation'),
    /** Thresholds between 0 and 1, instead of evenly spaced ones. */
    thresholds: omitted(thresholds, 'null'),
    /** Whether each label has a curve of its own; the result is their mean. */
    multiLabel: boolean(false),
    numLabels: nullable(integer(1, { min: 1 })),
    labelWeights: nullable(list(number(0), [])),
    /** Whether predictions are logits rather than probabilities. */
    fromLogits: boolean(false),
  },
  ['numThresholds', 'curve'],
);

/**
 * Area under the curve of true against false positives (ROC), of precision against recall (PR), or
 * of their gains (PRGAIN; Flach and Kull, "Precision-Recall-Gain curves", 2015).
 */
export class AUC extends Base {
  static override readonly className = 'AUC';
  readonly #thresholds: readonly number[];
  readonly #even: boolean;

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    const given = this.thresholds?.toSorted((a, b) => a - b);
    this.#thresholds = given
      ? [-margin, ...given, 1 + margin]
      : evenThresholds(this.numThresholds, margin);
    this.numThresholds = this.#thresholds.length;
    this.#even = !given || areEven([0, ...given, 1]);
    if (!this.multiLabel) this.makeCounts([this.numThresholds]);
    else if (this.numLabels !== null) this.makeCounts([this.numThresholds, this.numLabels]);
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight: TensorLike | null = null,
  ): void {
    const given = asTensor(this.name, yPred);
    if (this.multiLabel) {
      if (given.rank !== 2) {
        throw new ShapeError(
          `${this.name}: with multiLabel, predictions must be [batch, labels], received shape ` +
            formatShape(given.shape),
        );
      }
      if (this.variables.length === 0) this.makeCounts([this.numThresholds, given.shape[1]]);
    }
    this.addCounts(yTrue, this.fromLogits ? sigmoid(given) : given, sampleWeight, {
      thresholds: this.#thresholds,
      even: this.#even,
      multiLabel: this.multiLabel,
      labelWeights: this.multiLabel ? null : this.labelWeights,
    });
  }

  override result(): Tensor {
    if (this.variables.length === 0) {
      throw new ValueError(`${this.name}: result: nothing was counted yet`);
    }
    if (this.curve === 'PR' && this.summationMethod === 'interpolation') {
      return this.#combined(this.#interpolatedPrecision());
    }
    const [x, y] = this.#points();
    const heights = elementwise(
      'heights',
      (a, b) => {
        if (this.summationMethod === 'minoring') return a.min(b);
        return this.summationMethod === 'majoring' ? a.max(b) : a.add(b).mul(0.5);
      },
      [before(y), after(y)],
    );
    return this.#combined(sub(before(x), after(x)).mul(heights));
  }

  /** The curve's points at all thresholds. */
  #points(): readonly [x: Tensor, y: Tensor] {
    const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = this;
    switch (this.curve) {
      case 'ROC':
        return [quotient(fp, add(fp, tn)), quotient(tp, add(tp, fn))];
      case 'PR':
        return [quotient(tp, add(tp, fn)), quotient(tp, add(tp, fp))];
      case 'PRGAIN': {
        const odds = quotient(add(tp, fn), add(tn, fp));
        const gain = (errors: Tensor, without: number): Tensor =>
          elementwise('gain', (o, e, right) => right.eq(0).select(without, o.mul(e).neg().add(1)), [
            odds,
            quotient(errors, tp),
            tp,
          ]);
        return [gain(fn, 0).maximum(0), gain(fp, 1)];
      }
    }
  }

  /** The sum over the steps of the curve, and the mean over the labels. */
  #combined(terms: Tensor): Tensor {
    const areas = terms.sum(0);
    if (!this.multiLabel) return areas;
    if (!this.labelWeights) return areas.mean();
    const weights = tensor([...this.labelWeights], { dtype: this.dtype });
    return quotient(areas.mul(weights).sum(), weights.sum());
  }

  /**
   * The area between two points of the precision-recall curve, if true positives grow linearly between them.
   * Davis and Goadrich, "The relationship between Precision-Recall and ROC curves", 2006.
   */
  #interpolatedPrecision(): Tensor {
    const { truePositives: tp, falsePositives: fp, falseNegatives: fn } = this;
    const positive = add(tp, fp);
    const found = sub(before(tp), after(tp));
    const slope = quotient(found, sub(before(positive), after(positive)).maximum(0));
    const intercept = sub(after(tp), slope.mul(after(positive)));
    const ratio = elementwise(
      'ratio',
      (a, b) =>
        a
          .gt(0)
          .mul(b.gt(0))
          .select(a.div(b.max(1e-30)), 1),
      [before(positive), after(positive)],
    );
    const area = slope.mul(found.add(intercept.mul(log(ratio))));
    return quotient(area, add(after(tp), after(fn)).maximum(0));
  }
}

const before = (x: Tensor): Tensor => narrow(x, 0, 0, x.shape[0] - 1);
const after = (x: Tensor): Tensor => narrow(x, 0, 1, x.shape[0] - 1);
