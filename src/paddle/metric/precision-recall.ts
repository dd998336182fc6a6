import { byName } from '../arguments.ts';
import { Metric, numbersOf, type Values } from './metric.ts';

/** The whole number next to a value: halves go to the even one, as NumPy rounds. */
function rounded(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

type NameArgument = string | { readonly name?: string };

/** Of those that were predicted (probability above 0.5), the share that is right. */
export class Precision extends Metric {
  readonly #name: string;
  #right = 0;
  #wrong = 0;

  constructor(name: NameArgument = 'precision') {
    super();
    this.#name = byName<{ name: string }>('Precision', ['name'], [name]).name ?? 'precision';
  }

  override name(): string {
    return this.#name;
  }

  override update(preds: Values, labels: Values): undefined {
    const [predicted, wanted] = [numbersOf(preds), numbersOf(labels)];
    for (let i = 0; i < wanted.length; i++) {
      if (Math.floor(predicted[i] + 0.5) !== 1) continue;
      if (wanted[i] === 1) this.#right++;
      else this.#wrong++;
    }
    return undefined;
  }

  override accumulate(): number {
    const all = this.#right + this.#wrong;
    return all > 0 ? this.#right / all : 0;
  }

  override reset(): void {
    this.#right = this.#wrong = 0;
  }
}

/** Of those that are there, the share that was predicted (probability above 0.5). */
export class Recall extends Metric {
  readonly #name: string;
  #found = 0;
  #missed = 0;

  constructor(name: NameArgument = 'recall') {
    super();
    this.#name = byName<{ name: string }>('Recall', ['name'], [name]).name ?? 'recall';
  }

  override name(): string {
    return this.#name;
  }

  override update(preds: Values, labels: Values): undefined {
    const [predicted, wanted] = [numbersOf(preds), numbersOf(labels)];
    for (let i = 0; i < wanted.length; i++) {
      if (wanted[i] !== 1) continue;
      if (rounded(predicted[i]) === 1) this.#found++;
      else this.#missed++;
    }
    return undefined;
  }

  override accumulate(): number {
    const all = this.#found + this.#missed;
    return all > 0 ? this.#found / all : 0;
  }

  override reset(): void {
    this.#found = this.#missed = 0;
  }
}
