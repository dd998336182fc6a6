import { ValueError } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';
import { Metric, numbersOf, type Values } from './metric.ts';

/** Arguments of `Auc`. */
export interface AucArguments {
  /** 'ROC'. */
  readonly curve: string;
  /** How finely probabilities are told apart; 4095 by default. */
  readonly numThresholds: number;
  readonly name: string;
}

const order = ['curve', 'numThresholds', 'name'] as const;

/**
 * The area under the curve of found over falsely found examples, for probabilities [examples, 2] of no and yes.
 */
export class Auc extends Metric {
  readonly numThresholds: number;
  readonly #name: string;
  #positive: Float64Array;
  #negative: Float64Array;

  constructor(...args: Arguments<AucArguments, typeof order>) {
    super();
    const {
      curve = 'ROC',
      numThresholds = 4095,
      name = 'auc',
    } = byName<AucArguments>('Auc', order, args);
    if (curve !== 'ROC') throw new ValueError(`Auc: curve must be 'ROC', received '${curve}'`);
    this.numThresholds = numThresholds;
    this.#name = name;
    this.#positive = new Float64Array(numThresholds + 1);
    this.#negative = new Float64Array(numThresholds + 1);
  }

  override name(): string {
    return this.#name;
  }

  override update(preds: Values, labels: Values): undefined {
    const [predicted, wanted] = [numbersOf(preds), numbersOf(labels)];
    const width = predicted.length / wanted.length;
    for (let i = 0; i < wanted.length; i++) {
      const value = predicted[i * width + Math.min(1, width - 1)];
      const place = Math.trunc(value * this.numThresholds);
      if (!(place >= 0 && place <= this.numThresholds)) {
        throw new ValueError(`Auc: expected probabilities in [0, 1], received ${value}`);
      }
      (wanted[i] ? this.#positive : this.#negative)[place]++;
    }
    return undefined;
  }

  override accumulate(): number {
    let [positive, negative, area] = [0, 0, 0];
    for (let place = this.numThresholds; place >= 0; place--) {
      const before = positive;
      positive += this.#positive[place];
      negative += this.#negative[place];
      area += (this.#negative[place] * (positive + before)) / 2;
    }
    return positive > 0 && negative > 0 ? area / positive / negative : 0;
  }

  override reset(): void {
    this.#positive.fill(0);
    this.#negative.fill(0);
  }
}
