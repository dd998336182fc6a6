import { assign, copy, type Parameter } from '../../ops/index.ts';
import { runInScope, Scope, ValueError } from '../../tensor/index.ts';
import { Callback } from './callback.ts';

/**
 * Evaluates (and, with `swapOnEpoch`, saves) with the moving averages of the weights that an optimizer with `useEma: true`
 * keeps, and puts the weights themselves back for training.
 * @example model.fit(x, y, { callbacks: [new SwapEMAWeights({ swapOnEpoch: true }), new ModelCheckpoint(…)] })
 */
export class SwapEMAWeights extends Callback {
  readonly #swapOnEpoch: boolean;
  #swapped = false;

  constructor({ swapOnEpoch = false }: { swapOnEpoch?: boolean } = {}) {
    super();
    this.#swapOnEpoch = swapOnEpoch;
  }

  override onEpochBegin(): void {
    if (this.#swapOnEpoch) this.#show(false);
  }

  override onEpochEnd(epoch: number): void {
    if (!this.#swapOnEpoch) return;
    this.#show(true);
    // At the end of `fit` the optimizer copies the averages into the weights: they are the weights already.
    if (epoch === this.params.epochs - 1) {
      for (const [weight, average] of this.#pairs()) assign(average, weight);
    }
  }

  override onTestBegin(): void {
    this.#show(true);
  }

  override onTestEnd(): void {
    this.#show(false);
  }

  override onPredictBegin(): void {
    this.#show(true);
  }

  override onPredictEnd(): void {
    this.#show(false);
  }

  #show(averages: boolean): void {
    if (averages === this.#swapped) return;
    this.#swapped = averages;
    const scope = new Scope();
    runInScope(scope, () => {
      for (const [weight, average] of this.#pairs()) {
        const held = copy(weight);
        assign(weight, average);
        assign(average, held);
      }
    });
    scope.end();
  }

  /** Weights with their averages. */
  #pairs(): (readonly [Parameter, Parameter])[] {
    const { parameters, movingAverages, useEma } = this.model.optimizer;
    if (!useEma) {
      throw new ValueError('SwapEMAWeights: the optimizer must have been made with useEma: true');
    }
    return parameters.map((weight, i) => [weight, movingAverages[i]] as const);
  }
}
