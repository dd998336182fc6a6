import { instanceName } from '../config/index.ts';
import { full, Parameter } from '../ops/index.ts';
import { GradusError, type Shape, type Tensor } from '../tensor/index.ts';

/** `velocityHat` to `velocity_hat`. */
const slotSuffix = (slot: string): string => instanceName(slot[0].toUpperCase() + slot.slice(1));

/** What an optimizer keeps for its weights: named tensors ("slots") for each, in the order in which Keras saves them. */
export class OptimizerState {
  readonly #optimizer: string;
  readonly #slots = new Map<Tensor, Record<string, Parameter>>();
  readonly variables: Parameter[] = [];

  constructor(optimizer: string) {
    this.#optimizer = optimizer;
  }

  /** Makes one slot of a weight, of the weight's shape unless another is given. */
  add(
    parameter: Parameter,
    slot: string,
    { value = 0, shape = parameter.shape, name }: SlotOptions = {},
  ): Parameter {
    const own = name ?? `${parameter.path.replaceAll('/', '_')}_${slotSuffix(slot)}`;
    const made = new Parameter(full(shape, value, { dtype: parameter.dtype }), {
      name: own,
      path: `${this.#optimizer}/${own}`,
      trainable: false,
    });
    const slots = this.#slots.get(parameter);
    if (slots) slots[slot] = made;
    else this.#slots.set(parameter, { [slot]: made });
    this.variables.push(made);
    return made;
  }

  /** Takes note of a weight, which may have no slots. */
  know(parameter: Parameter): void {
    if (!this.#slots.has(parameter)) this.#slots.set(parameter, {});
  }

  /** The slots of a weight by name. */
  of(parameter: Tensor): Readonly<Record<string, Parameter>> {
    const slots = this.#slots.get(parameter);
    if (!slots) {
      const { path = 'a tensor' } = parameter as Partial<Parameter>;
      throw new GradusError(
        `${this.#optimizer}: ${path} is not one of the weights that the optimizer was built with; ` +
          'make a new optimizer for new weights',
      );
    }
    return slots;
  }
}

/** What a slot is like. */
export interface SlotOptions {
  /** What it starts from; 0 by default. */
  readonly value?: number;
  readonly shape?: Shape;
  /** Its name in files, instead of the weight's and its own. */
  readonly name?: string;
}
