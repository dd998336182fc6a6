import { noGrad } from '../autograd/index.ts';
import type { Config } from '../config/index.ts';
import {
  flatten,
  isShape,
  isSymbolic,
  type KerasTensor,
  type ShapeOrShapes,
  type Structure,
  type SymbolicShape,
  type TensorSpec,
} from '../layers/keras-tensor.ts';
import { type AnyTensor, type CallOptions, Layer } from '../layers/layer.ts';
import { zeros } from '../ops/index.ts';
import type { DrawOptions, Figure } from '../plot/index.ts';
import {
  GradusError,
  type NestedArray,
  runInScope,
  Scope,
  type Tensor,
  ValueError,
} from '../tensor/index.ts';
import type { ModelSource } from './files/open-source.ts';
import { FunctionalGraph, rebase } from './functional-graph.ts';
import type { LoadWeightsOptions } from './load-options.ts';
import { fitInput, listInputs } from './model-inputs.ts';
import { type OneOrMany, type Packing, pack, unpack } from './named.ts';
import { getOutput } from './output.ts';
import { graphNodes, type SummaryOptions, summarize } from './summary.ts';
import { Trainable } from './trainable.ts';
import { graphConfig, layerToFile } from './write-architecture.ts';

/** What the constructor of a functional model takes. */
export interface ModelOptions {
  /** Symbolic inputs, from `Input` or from inside another model. */
  readonly inputs?: OneOrMany<KerasTensor>;
  /** What the model computes from them. */
  readonly outputs?: OneOrMany<KerasTensor>;
  readonly name?: string | null;
  readonly trainable?: boolean;
  readonly dtype?: string;
}

/**
 * A network that can be trained, evaluated, used and saved: layers between symbolic inputs and outputs, or a class that
 * extends `Model`, keeps layers in fields and computes in `call`.
 * @example
 * const x = Input({ shape: [784] });
 * const model = new Model({ inputs: x, outputs: layers.dense(10).apply(x) });
 * @example
 * class Perceptron extends Model {
 *   hidden = new layers.Dense(32, 'relu');
 *   out = new layers.Dense(10, 'softmax');
 *   call(x: Tensor) { return this.out.apply(this.hidden.apply(x)); }
 * }
 */
export class Model extends Trainable {
  static override readonly className: string = 'Functional';
  static override readonly module: string = 'keras.src.models.functional';
  static override readonly takesSparse = true;

  /** What files of the model shall carry besides, as JSON: the names of its classes, for instance. Keras passes over it. */
  metadata: Readonly<Record<string, unknown>> | null = null;

  #graph: FunctionalGraph | null = null;
  #inputPacking: Packing = { kind: 'one' };
  #outputPacking: Packing = { kind: 'one' };
  #applying = false;

  constructor({ inputs, outputs, ...options }: ModelOptions = {}) {
    super(options);
    if ((inputs === undefined) !== (outputs === undefined)) {
      throw new ValueError(
        `${this.className}: inputs and outputs must be given together, or neither by a class with its own call`,
      );
    }
    if (inputs !== undefined && outputs !== undefined) this.setGraph(inputs, outputs);
  }

  /** Makes the model compute `outputs` from `inputs`. */
  protected setGraph(inputs: OneOrMany<KerasTensor>, outputs: OneOrMany<KerasTensor>): void {
    const from = unpack(inputs);
    const to = unpack(outputs);
    for (const [what, { values }] of [
      ['inputs', from],
      ['outputs', to],
    ] as const) {
      for (const value of values) {
        if (isSymbolic(value)) continue;
        throw new ValueError(
          `${this.className}: ${what} must be symbolic tensors (from Input and layers applied to it), ` +
            `received ${describe(value)}`,
        );
      }
    }
    const starts = from.values.every(({ node }) => node && node.inputTensors.length === 0);
    const graph = new FunctionalGraph(from.values, to.values);
    this.#graph = starts ? graph : rebase(graph);
    this.#inputPacking = from.packing;
    this.#outputPacking = to.packing;
    this.built = true;
    this.buildShape = pack(
      this.#graph.inputs.map(({ shape }) => shape),
      from.packing.kind === 'one' ? from.packing : { kind: 'list' },
    ) as ShapeOrShapes;
    if (!this.trainable) this.trainable = false;
  }

  /** The applications of layers that the model consists of; null for classes that compute in their own `call`. */
  get graph(): FunctionalGraph | null {
    return this.#graph;
  }

  /** Symbolic inputs, in order. */
  get inputs(): readonly KerasTensor[] {
    return this.graph?.inputs ?? [];
  }

  /** Symbolic outputs, in order. */
  get outputs(): readonly KerasTensor[] {
    return this.graph?.outputs ?? [];
  }

  /** Names of the inputs' layers: keys under which data may be given. */
  get inputNames(): string[] {
    return this.inputs.map(({ node, name }) => node?.layer.name ?? name);
  }

  /** Names under which labels, losses and metrics of several outputs may be given. */
  override get outputNames(): readonly string[] {
    if (this.#outputPacking.kind === 'object') return this.#outputPacking.keys;
    return uniqueOutputNames(this.outputs.map(({ node, name }) => node?.layer.name ?? name));
  }

  override get input(): KerasTensor | readonly KerasTensor[] {
    return this.graph ? (pack(this.graph.inputs, this.#inputPacking) as KerasTensor) : super.input;
  }

  override get output(): KerasTensor | readonly KerasTensor[] {
    return this.graph
      ? (pack(this.graph.outputs, this.#outputPacking) as KerasTensor)
      : super.output;
  }

  /** Layers of the model: in the order of the graph, or of the fields that hold them. */
  get layers(): readonly Layer[] {
    return this.sublayers();
  }

  override sublayers(): Layer[] {
    return [...new Set([...(this.graph?.layers ?? []), ...super.sublayers()])];
  }

  /** A layer by its name or its position. */
  getLayer(which: string | number | { readonly name?: string; readonly index?: number }): Layer {
    const key = typeof which === 'object' ? (which.name ?? which.index) : which;
    const { layers } = this;
    const found =
      typeof key === 'number' ? layers.at(key) : layers.find(({ name }) => name === key);
    if (found) return found;
    throw new ValueError(
      `${this.name}: getLayer: there is no layer ${typeof key === 'number' ? key : `'${key}'`}; there are ` +
        layers.map(({ name }, i) => `${i}: ${name}`).join(', '),
    );
  }

  /** Whether the layers stand one behind the other by the model's class. */
  get isSequential(): boolean {
    return false;
  }

  /** Outputs as the model was given them: one, a list, or an object by name. */
  packOutputs<T>(outputs: readonly T[]): OneOrMany<T> {
    if (this.graph) return pack(outputs, this.#outputPacking);
    return outputs.length === 1 ? outputs[0] : outputs;
  }

  /** Makes the weights; a class that computes in its own `call` is called on zeros for it. */
  override build(inputShape: ShapeOrShapes): void {
    // The call that asks for the weights makes them.
    if (this.graph || this.#applying) return;
    const shapes = isShape(inputShape) ? [inputShape] : (inputShape as readonly SymbolicShape[]);
    const scope = new Scope();
    runInScope(scope, () =>
      noGrad(() => {
        const inputs = shapes.map((shape) => zeros(shape.map((n) => n ?? 1)));
        this.call(inputs.length === 1 ? inputs[0] : inputs, { training: false });
      }),
    );
    scope.end();
  }

  /** Computes the model's outputs; classes that extend `Model` write their own. */
  override call(inputs: unknown, options: CallOptions = {}): unknown {
    const graph = this.graph;
    if (!graph) {
      throw new GradusError(
        `${this.name}: a class that extends Model must have a method call(inputs, { training }), or ` +
          'pass inputs and outputs to super',
      );
    }
    const outputs = graph.run(flatten(inputs as Structure<Tensor>), (node, resolve) =>
      node.layer.apply(resolve(node.inputs) as Tensor, {
        ...resolve(node.options),
        ...(options.training === undefined ? {} : { training: options.training }),
      }),
    );
    return this.#outputPacking.kind === 'one' ? outputs[0] : outputs;
  }

  /** Calls the model, like any layer; inputs and outputs of several are lists or objects, as they were given to `Model`. */
  override apply<T extends AnyTensor>(
    inputs: T | readonly T[] | Readonly<Record<string, T>>,
    options?: CallOptions,
  ): T;
  override apply(inputs: NestedArray, options?: CallOptions): Tensor;
  override apply(inputs: unknown, options?: CallOptions): unknown {
    const outer = this.#applying;
    this.#applying = true;
    let outputs: unknown;
    try {
      outputs = super.apply(inputs as Tensor, options);
    } finally {
      this.#applying = outer;
    }
    return this.#outputPacking.kind === 'object'
      ? pack(outputs as readonly AnyTensor[], this.#outputPacking)
      : outputs;
  }

  protected override prepareInputs(given: unknown): Structure<AnyTensor> {
    const graph = this.graph;
    if (!graph) return super.prepareInputs(given);
    const packing = this.#inputPacking;
    const names = packing.kind === 'object' ? packing.keys : this.inputNames;
    const list = listInputs(this.name, given, names);
    const tensors = graph.inputs.map((input, i) => fitInput(this.name, list[i], input));
    return packing.kind === 'one' ? tensors[0] : tensors;
  }

  override computeOutputSpec(
    inputs: Structure<TensorSpec>,
    options: CallOptions = {},
  ): TensorSpec | readonly TensorSpec[] {
    const graph = this.graph;
    if (!graph) return super.computeOutputSpec(inputs, options);
    const specs = graph.run(flatten(inputs) as KerasTensor[], (node, resolve) => {
      const result = node.layer.computeOutputSpec(resolve(node.inputs), resolve(node.options));
      return result as KerasTensor | readonly KerasTensor[];
    });
    return this.#outputPacking.kind === 'one' ? specs[0] : specs;
  }

  override computeOutputShape(inputShape: ShapeOrShapes, options: CallOptions = {}): ShapeOrShapes {
    if (!this.graph) return super.computeOutputShape(inputShape, options);
    const shapes = isShape(inputShape) ? [inputShape] : (inputShape as readonly SymbolicShape[]);
    const specs = this.computeOutputSpec(
      shapes.map((shape, i) => ({ shape, dtype: this.inputs[i]?.dtype ?? 'float32' })),
      options,
    );
    return Array.isArray(specs)
      ? specs.map(({ shape }: TensorSpec) => shape)
      : (specs as TensorSpec).shape;
  }

  /**
   * Prints Keras' table of layers, output shapes and numbers of parameters.
   * @example model.summary();
   */
  summary(options: SummaryOptions = {}): void {
    const text = summarize(this, options);
    if (options.printFn) options.printFn(text);
    else getOutput().write(`${text}\n`);
  }

  /**
   * Draws the layers, their output shapes and numbers of parameters, and writes them where a path (.svg, .png, .html) is given.
   * @example await model.plot('model.png');
   */
  async plot(
    path?: string,
    options: DrawOptions & { readonly title?: string } = {},
  ): Promise<Figure> {
    const { modelGraph } = await import('../plot/index.ts');
    const figure = modelGraph(graphNodes(this), { title: this.name, ...options });
    if (path !== undefined) await figure.save(path);
    return figure;
  }

  /** The architecture in Keras' JSON; `modelFromJson` makes a model of it, with new weights. */
  toJson(options: { readonly indent?: number } = {}): string {
    const { indent } = options;
    return JSON.stringify(layerToFile(this), null, indent);
  }

  /**
   * Writes the whole training to a file: weights, architecture, optimizer and where the training stands. `loadModel` reads it.
   * The name's end tells the format: .safetensors, or for Keras .keras and .h5; .json is the architecture alone.
   * @example await model.save('mnist.h5');
   */
  async save(path: string | URL): Promise<void> {
    const { saveModel } = await import('./save.ts');
    await saveModel(this, path);
  }

  /** Writes the weights alone: .safetensors, or for Keras .weights.h5 (version 3) and .h5. */
  async saveWeights(path: string | URL): Promise<void> {
    const { saveWeights } = await import('./save.ts');
    await saveWeights(this, path);
  }

  /** Sets the weights from a file of weights or of a model with the same layers. */
  async loadWeights(source: ModelSource, options?: LoadWeightsOptions): Promise<void> {
    const { loadWeights } = await import('./save.ts');
    await loadWeights(this, source, options);
  }

  /** Name, and for a functional model its layers and their applications. */
  override getConfig(): Config {
    const { name, trainable, graph } = this;
    const isFunctional = this.constructor === Model && graph !== null;
    return { name, trainable, ...(isFunctional && graphConfig(this, graph)) };
  }
}

const describe = (value: unknown): string =>
  value instanceof Layer ? `layer ${value.name}; apply it to Input(…) first` : String(value);

/** `a`, `a_1` for outputs of one layer. */
function uniqueOutputNames(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return names.map((name) => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return count ? `${name}_${count}` : name;
  });
}
