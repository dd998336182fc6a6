import type { Config } from '../config/index.ts';
import { InputLayer } from '../layers/input-layer.ts';
import {
  isShape,
  isSymbolic,
  type KerasTensor,
  type ShapeOrShapes,
  type SymbolicShape,
} from '../layers/keras-tensor.ts';
import { Layer } from '../layers/layer.ts';
import { ValueError } from '../tensor/index.ts';
import type { FunctionalGraph } from './functional-graph.ts';
import { Model, type ModelOptions } from './model.ts';
import { layerToFile } from './write-architecture.ts';

/** What `Sequential` may be made of: layers, or first what `Input` gives. */
export type SequentialPart = Layer | KerasTensor;

/**
 * Layers one behind the other. Without an input layer the weights are made when data comes.
 * @example
 * new Sequential([layers.input({ shape: [784] }), layers.dense(32, 'relu'), layers.dense(10, 'softmax')])
 */
export class Sequential extends Model {
  static override readonly className: string = 'Sequential';
  static override readonly module: string = 'keras';

  #layers: Layer[] = [];
  #output: KerasTensor | null = null;
  #stale = false;
  /** Layers that are still to be applied; null for all. */
  #added: readonly Layer[] | null = null;

  constructor(
    parts:
      | readonly SequentialPart[]
      | (Omit<ModelOptions, 'inputs' | 'outputs'> & {
          readonly layers?: readonly SequentialPart[];
        }) = [],
    options: Omit<ModelOptions, 'inputs' | 'outputs'> = {},
  ) {
    const { layers = [], ...rest } = Array.isArray(parts)
      ? { layers: parts as readonly SequentialPart[], ...options }
      : { ...(parts as { layers?: readonly SequentialPart[] }), ...options };
    super(rest);
    for (const layer of layers) this.add(layer);
  }

  /** Puts a layer behind the last. */
  add(part: SequentialPart): this {
    const layer = isSymbolic(part) ? part.node?.layer : part;
    if (!(layer instanceof Layer)) {
      throw new ValueError(
        `${this.name}: add: expected a layer, received ${typeof part === 'function' ? `${(part as { name?: string }).name}; make an instance with new` : String(part)}`,
      );
    }
    if (layer instanceof InputLayer && this.#layers.length) {
      throw new ValueError(`${this.name}: add: an input layer can only be the first`);
    }
    if (this.#layers.some(({ name }) => name === layer.name)) {
      throw new ValueError(
        `${this.name}: add: there is a layer '${layer.name}' already; layers need different names`,
      );
    }
    if (!this.#layers.length && !(layer instanceof InputLayer)) {
      const { inputShape } = layer as { inputShape?: SymbolicShape | null };
      if (inputShape) this.add(new InputLayer({ shape: inputShape }));
    }
    this.#layers.push(layer);
    if (layer instanceof InputLayer) {
      this.#output = layer.output as KerasTensor;
    } else if (this.#output) {
      this.#extend([layer]);
    }
    return this;
  }

  /** Takes the last layer off and returns it. */
  pop(): Layer {
    const layer = this.#layers.pop();
    if (!layer) throw new ValueError(`${this.name}: pop: there are no layers`);
    const first = this.#layers[0];
    if (first instanceof InputLayer) {
      this.#output = first.output as KerasTensor;
      this.#extend(this.#layers.slice(1));
    }
    return layer;
  }

  /** Applies layers to the present output, under the model's name. */
  #extend(added: readonly Layer[]): void {
    this.#added = added;
    this.built = false;
    try {
      this.build((this.#layers[0] as InputLayer).batchShape as SymbolicShape);
    } finally {
      this.#added = null;
    }
  }

  override build(inputShape: ShapeOrShapes): void {
    if (!isShape(inputShape)) {
      throw new ValueError(
        `${this.name}: a Sequential takes one input, received shapes of several`,
      );
    }
    if (!this.#added) {
      const first = this.#layers[0];
      if (!first) throw new ValueError(`${this.name}: a Sequential without layers cannot be built`);
      if (!(first instanceof InputLayer)) {
        this.#layers.unshift(new InputLayer({ batchShape: [null, ...inputShape.slice(1)] }));
      }
      this.#output = (this.#layers[0] as InputLayer).output as KerasTensor;
    }
    let output = this.#output as KerasTensor;
    for (const layer of this.#added ?? this.#layers.slice(1))
      output = layer.apply(output) as KerasTensor;
    this.#output = output;
    this.#stale = true;
  }

  override getConfig(): Config {
    return {
      ...Layer.prototype.getConfig.call(this),
      layers: this.#layers.map(layerToFile),
      ...(this.buildShape && { buildInputShape: this.buildShape }),
    };
  }

  override get graph(): FunctionalGraph | null {
    if (this.#stale && this.#output) {
      this.#stale = false;
      this.setGraph((this.#layers[0] as InputLayer).output as KerasTensor, this.#output);
    }
    return super.graph;
  }

  override get isSequential(): boolean {
    return true;
  }

  override get layers(): readonly Layer[] {
    return this.#layers.filter((layer) => !(layer instanceof InputLayer));
  }

  override sublayers(): Layer[] {
    return [...this.#layers];
  }
}
