import '../ops/methods.ts';
import {
  type Arguments,
  badOption,
  type Config,
  Configurable,
  instanceName,
  nullable,
  omitted,
  option,
  uniqueName,
  withOptions,
} from '../config/index.ts';
import { type ConstraintLike, getConstraint } from '../constraints/index.ts';
import { getInitializer, type InitializerLike } from '../initializers/index.ts';
import { asTensor, cast, maskOf, Parameter, SparseMatrix, setMask, tensor } from '../ops/index.ts';
import { getRegularizer, type RegularizerLike, regularizer } from '../regularizers/index.ts';
import {
  type DType,
  formatShape,
  isFloat,
  type NestedArray,
  type Shape,
  ShapeError,
  sameShape,
  Tensor,
  ValueError,
} from '../tensor/index.ts';
import { callContext, weightPath, withCall, withPath } from './call-context.ts';
import { dtypePolicy, weightDtype } from './dtype-option.ts';
import { inferOutputs } from './infer-outputs.ts';
import { checkInput, type InputSpec } from './input-spec.ts';
import {
  flatten,
  isShape,
  isSymbolic,
  KerasTensor,
  LayerNode,
  mapStructure,
  optionTensors,
  type ShapeOrShapes,
  type Structure,
  type SymbolicShape,
  type TensorSpec,
} from './keras-tensor.ts';
import { firstValue } from './weights-to-come.ts';

/** Tensors with numbers or symbolic ones. */
export type AnyTensor = Tensor | KerasTensor;

/** Arguments of a call besides the inputs. */
export interface CallOptions {
  /** Whether dropout, batch statistics and the like behave as in training; inherited from the calling layer. */
  readonly training?: boolean;
  /** Which time steps count (bool); found on the inputs if a layer before made one. One per input for lists. */
  readonly mask?: Tensor | null | readonly (Tensor | null)[];
  readonly [name: string]: unknown;
}

/** What `addWeight` takes. */
export interface WeightOptions {
  readonly name: string;
  readonly shape: Shape;
  /** `'glorotUniform'` by default. */
  readonly initializer?: InitializerLike;
  readonly trainable?: boolean;
  readonly regularizer?: RegularizerLike | null;
  readonly constraint?: ConstraintLike | null;
  /** The layer's dtype by default. */
  readonly dtype?: DType;
}

const layerOptions = {
  /** Unique in its model; given by the class if left out: `dense`, `dense_1`, … */
  name: option<string | null, string | null>((input) => input, null),
  /** Whether training changes the weights. */
  trainable: option<boolean, boolean>((input) => input, true),
  /** Type of the weights and of what is computed. */
  dtype: dtypePolicy(),
  /** A penalty on the layer's output. */
  activityRegularizer: omitted(regularizer(), 'null'),
  /** Shape of one example, for the first layer of a model without `input`. */
  inputShape: omitted(nullable(option((input: SymbolicShape) => input, [] as SymbolicShape))),
};

/**
 * A part of a network: weights and what they do to tensors. Subclasses make their weights in `build` and compute in
 * `call`; everything else (names, building at the first call, masks, losses, configs, symbolic calls) is here.
 * @example
 * class Scale extends Layer {
 *   build() { this.factor = this.addWeight({ name: 'factor', shape: [], initializer: 'ones' }); }
 *   call(x: Tensor) { return x.mul(this.factor); }
 * }
 */
export abstract class Layer extends withOptions(Configurable, layerOptions) {
  static override readonly module: string = 'keras.layers';
  /** Whether a list of inputs is, in Keras, a list of separate arguments (`mha(query, value)`). */
  static readonly separateInputs: boolean = false;
  /** Whether inputs may be sparse matrices. */
  static readonly takesSparse: boolean = false;

  declare name: string;
  /** What inputs must look like; checked before every call. */
  inputSpec: InputSpec | readonly InputSpec[] | null = null;
  /** Whether the weights exist. */
  built = false;
  /** Shapes that the weights were made for. */
  buildShape: ShapeOrShapes | null = null;
  /** Whether the layer passes on the masks of its inputs. */
  supportsMasking = false;
  /** Applications to symbolic inputs, oldest first. */
  readonly inboundNodes: LayerNode[] = [];
  /** Set by the `trainable` option before the fields exist. */
  private declare isTrainable: boolean;
  readonly #trainableWeights: Parameter[] = [];
  readonly #nonTrainableWeights: Parameter[] = [];
  readonly #addedLosses: Tensor[] = [];

  constructor(...args: Arguments<typeof layerOptions>) {
    super(...args);
    this.name ??= uniqueName(instanceName(this.className));
    const build = this.build;
    // A direct call of `build` must leave the layer as built as a first call of the layer does.
    Object.defineProperty(this, 'build', {
      enumerable: false,
      writable: true,
      value: (shape: ShapeOrShapes) => this.#build(build, shape),
    });
  }

  /** Makes the weights for inputs of that shape (null where a size is not known); layers without weights need none. */
  build(_inputShape: ShapeOrShapes): void {}

  /** Computes the result for tensors. Called through `apply`, which builds and checks first. */
  abstract call(inputs: unknown, options: CallOptions): unknown;

  /**
   * Calls the layer: on tensors it computes, on symbolic tensors it notes the application for a `Model` and gives symbolic
   * results. The weights are made at the first call.
   * @example const y = dense(10).apply(x);
   */
  apply<T extends AnyTensor>(inputs: T | readonly T[], options?: CallOptions): T;
  apply(inputs: NestedArray, options?: CallOptions): Tensor;
  apply(inputs: unknown, options: CallOptions = {}): unknown {
    const list = this.prepareInputs(inputs);
    const leaves = flatten(list);
    const symbolic = leaves.some(isSymbolic) || optionTensors(options).length > 0;
    this.#check(leaves);
    if (!this.built) {
      this.build(mapStructure(list, (x) => x.shape) as ShapeOrShapes);
    }
    return symbolic ? this.#applySymbolic(list, options) : this.#applyEager(list, options);
  }

  /** The inputs as tensors of the layer's dtype; integers are left as they are. */
  protected prepareInputs(inputs: unknown): Structure<AnyTensor> {
    const prepare = (x: unknown): AnyTensor => {
      if (isSymbolic(x)) return x;
      if (x instanceof SparseMatrix) return this.#sparseInput(x);
      const t = asTensor(this.name, x as Tensor);
      return isFloat(t.dtype) && t.dtype !== this.computeDtype ? cast(t, this.computeDtype) : t;
    };
    const holdsTensors =
      Array.isArray(inputs) &&
      flatten(inputs).some(
        (x) => x instanceof Tensor || isSymbolic(x) || x instanceof SparseMatrix,
      );
    return holdsTensors ? mapStructure(inputs as Structure<unknown>, prepare) : prepare(inputs);
  }

  /** It goes through as if it were a tensor: calls that can take it know it. */
  #sparseInput(x: SparseMatrix): AnyTensor {
    if ((this.constructor as typeof Layer).takesSparse) return x as unknown as Tensor;
    throw new ValueError(
      `${this.name}: a ${this.className} takes no sparse matrix (received ${formatShape(x.shape)}); ` +
        'begin the model with Dense, or pass x.toDense()',
    );
  }

  #check(leaves: readonly AnyTensor[]): void {
    const spec = this.inputSpec;
    if (!spec) return;
    if (Array.isArray(spec)) {
      if (leaves.length !== spec.length) {
        throw new ValueError(
          `${this.name}: expects ${spec.length} inputs, received ${leaves.length}`,
        );
      }
      spec.forEach((one, i) => {
        checkInput(`${this.name}, input ${i}`, one, leaves[i].shape);
      });
    } else {
      for (const x of leaves) checkInput(this.name, spec as InputSpec, x.shape);
    }
  }

  #build(build: (shape: ShapeOrShapes) => void, shape: ShapeOrShapes): void {
    if (this.built) return;
    withPath(this.name, () => build.call(this, shape));
    this.built = true;
    this.buildShape = shape;
    if (!this.trainable) this.trainable = false;
  }

  #applySymbolic(inputs: Structure<AnyTensor>, options: CallOptions): unknown {
    const specs = this.computeOutputSpec(inputs, options);
    const outputs = Array.isArray(specs)
      ? specs.map((spec) => new KerasTensor(spec))
      : new KerasTensor(specs as TensorSpec);
    this.inboundNodes.push(new LayerNode(this, inputs, options, outputs));
    return outputs;
  }

  #applyEager(inputs: Structure<AnyTensor>, options: CallOptions): unknown {
    if (callContext().depth === 0) this.clearLosses();
    const found = mapStructure(inputs, maskOf) as CallOptions['mask'];
    const mask = options.mask !== undefined ? options.mask : anyMask(found) ? found : null;
    return withCall(options.training, () => {
      const outputs = withPath(this.name, () =>
        this.call(inputs, { ...options, training: callContext().training ?? false, mask }),
      );
      if (this.activityRegularizer) {
        for (const y of flatten(outputs as Structure<Tensor>)) {
          // The mean over the samples, as of the other losses.
          const penalty = this.activityRegularizer.call(y);
          this.addLoss(y.rank > 0 ? penalty.div(y.shape[0]) : penalty);
        }
      }
      this.#passMask(inputs as Structure<Tensor>, mask ?? null, outputs as Structure<Tensor>);
      return outputs;
    });
  }

  #passMask(
    inputs: Structure<Tensor>,
    mask: NonNullable<CallOptions['mask']> | null,
    outputs: Structure<Tensor>,
  ): void {
    const masks = this.computeMask(inputs, mask);
    if (!masks) return;
    const list = Array.isArray(masks) ? masks : [masks];
    flatten(outputs).forEach((y, i) => {
      if (list[i] && !maskOf(y)) setMask(y, list[i]);
    });
  }

  /** The mask of the result (or of each); the mask of the input where the layer supports masking. */
  computeMask(
    _inputs: unknown,
    mask: NonNullable<CallOptions['mask']> | null,
  ): Tensor | null | readonly (Tensor | null)[] {
    return this.supportsMasking ? mask : null;
  }

  /** Shape of the result (or a list of shapes) for inputs of that shape; found by trying if a class does not say. */
  computeOutputShape(inputShape: ShapeOrShapes, options: CallOptions = {}): ShapeOrShapes {
    const specs = inferOutputs(this, inputShape, options);
    return Array.isArray(specs)
      ? specs.map(({ shape }: TensorSpec) => shape)
      : (specs as TensorSpec).shape;
  }

  /** Shape and dtype of the result (or of each). */
  computeOutputSpec(
    inputs: Structure<TensorSpec>,
    options: CallOptions = {},
  ): TensorSpec | readonly TensorSpec[] {
    const shapes = mapStructure(inputs, ({ shape }) => shape) as ShapeOrShapes;
    const result = this.computeOutputShape(shapes, options);
    const dtype = this.outputDtype(flatten(inputs).map((x) => x.dtype));
    return isShape(result)
      ? { shape: result, dtype }
      : (result as readonly SymbolicShape[]).map((shape) => ({ shape, dtype }));
  }

  /** Type of the result for inputs of those types; the layer's own unless a class says otherwise. */
  protected outputDtype(_inputs: readonly DType[]): DType {
    return this.computeDtype;
  }

  /** Makes a weight and registers it under `<layer>/<name>`. Called in `build`. */
  addWeight({
    name,
    shape,
    initializer = 'glorotUniform',
    trainable = true,
    regularizer: penalty = null,
    constraint = null,
    dtype = this.variableDtype,
  }: WeightOptions): Parameter {
    const where = `${this.name}: ${name}`;
    if (shape.some((n) => !Number.isInteger(n) || n < 0)) {
      throw new ShapeError(
        `${where} cannot be made with shape ${formatShape(shape)}; give the layer inputs whose ` +
          'sizes are known (all but the batch)',
      );
    }
    const made = getInitializer(initializer, `${where} initializer`);
    const initial = firstValue(where, shape, dtype, () => made.call(shape, dtype));
    const weight = new Parameter(initial, {
      name,
      path: weightPath(name),
      trainable: trainable && this.trainable,
    });
    if (penalty) weight.regularizer = getRegularizer(penalty, `${where} regularizer`);
    if (constraint) weight.constraint = getConstraint(constraint, `${where} constraint`);
    (trainable ? this.#trainableWeights : this.#nonTrainableWeights).push(weight);
    return weight;
  }

  /** Counts a weight of another layer among this one's own, as its first. */
  protected adoptWeight(weight: Parameter): void {
    this.#trainableWeights.push(weight);
  }

  /** Adds a scalar to what training minimises; call it in `call`. */
  addLoss(loss: Tensor): void {
    this.#addedLosses.push(loss);
  }

  /** Penalties: of weights with a regularizer, and what the last call added, inner layers included. */
  get losses(): Tensor[] {
    const penalties = this.trainableWeights.flatMap((weight) =>
      weight.regularizer ? [weight.regularizer.call(weight)] : [],
    );
    return [...this.#collectLosses(), ...penalties];
  }

  #collectLosses(): Tensor[] {
    return [...this.#addedLosses, ...this.sublayers().flatMap((layer) => layer.#collectLosses())];
  }

  /** Forgets the losses that the last call added. */
  clearLosses(): void {
    this.#addedLosses.length = 0;
    for (const layer of this.sublayers()) layer.clearLosses();
  }

  /** Layers inside this one, in the order in which they were assigned to its fields. */
  sublayers(): Layer[] {
    const found = new Set<Layer>();
    for (const value of Object.values(this)) {
      if (value instanceof Layer) found.add(value);
      else if (Array.isArray(value)) {
        for (const item of value) if (item instanceof Layer) found.add(item);
      }
    }
    return [...found];
  }

  /** Parameters assigned to fields without `addWeight`. */
  #assignedWeights(): Parameter[] {
    return Object.values(this).filter((value) => value instanceof Parameter);
  }

  /** All weights, in Keras' order: the layer's trainable ones, its others, then those of the layers inside. */
  get weights(): Parameter[] {
    return [
      ...new Set([...this.ownWeights, ...this.sublayers().flatMap((layer) => layer.weights)]),
    ];
  }

  /** The layer's own weights without those of layers inside: trainable ones, then the others. */
  get ownWeights(): Parameter[] {
    return [
      ...new Set([
        ...this.#trainableWeights,
        ...this.#nonTrainableWeights,
        ...this.#assignedWeights(),
      ]),
    ];
  }

  /** Weights that training changes. */
  get trainableWeights(): Parameter[] {
    return this.trainable ? this.weights.filter((weight) => weight.trainable) : [];
  }

  /** Weights that training leaves alone, such as moving averages. */
  get nonTrainableWeights(): Parameter[] {
    const trainable = new Set(this.trainableWeights);
    return this.weights.filter((weight) => !trainable.has(weight));
  }

  /** Whether training changes the weights; setting it goes through to the layers inside. */
  override get trainable(): boolean {
    return this.isTrainable;
  }

  override set trainable(value: boolean) {
    if (typeof value !== 'boolean') {
      throw badOption(`${this.className}: trainable`, 'true or false', value);
    }
    this.isTrainable = value;
    if (!(#trainableWeights in this)) return; // still reading the options
    for (const weight of this.#trainableWeights) weight.trainable = value;
    for (const layer of this.sublayers()) layer.trainable = value;
  }

  /** Copies of all weights, in the order of `weights`. */
  getWeights(): Tensor[] {
    return this.weights.map((weight) => tensor(weight));
  }

  /** Sets all weights, in the order of `weights`; counts and shapes must agree. */
  setWeights(values: readonly (Tensor | NestedArray)[]): void {
    const { weights } = this;
    if (values.length !== weights.length) {
      throw new ValueError(
        `${this.name}: setWeights: has ${weights.length} weights, received ${values.length} values` +
          (this.built ? '' : '; the layer is not built yet, call it or build(inputShape) first'),
      );
    }
    const tensors = values.map((value, i) => asTensor(weights[i].path, value, weights[i].dtype));
    tensors.forEach((value, i) => {
      if (!sameShape(value.shape, weights[i].shape)) {
        throw new ShapeError(
          `${weights[i].path}: setWeights: has shape ${formatShape(weights[i].shape)}, ` +
            `received ${formatShape(value.shape)}`,
        );
      }
    });
    tensors.forEach((value, i) => {
      weights[i].assign(value);
    });
  }

  /** How many numbers the weights hold. */
  countParams(): number {
    if (!this.built) {
      throw new ValueError(
        `${this.name}: countParams: the layer has no weights yet; call it or build(inputShape) first`,
      );
    }
    return this.weights.reduce((sum, { size }) => sum + size, 0);
  }

  /** Type of the weights. */
  get variableDtype(): DType {
    return weightDtype(this.dtype);
  }

  /** Type of what is computed: mixed policies compute in float32 too, which is what backends are fast at. */
  get computeDtype(): DType {
    return this.variableDtype;
  }

  /** Symbolic input of the only application. */
  get input(): KerasTensor | readonly KerasTensor[] {
    const { inputs } = this.#onlyNode('input');
    return Array.isArray(inputs) ? (inputs as readonly KerasTensor[]) : (inputs as KerasTensor);
  }

  /** Symbolic output of the only application. */
  get output(): KerasTensor | readonly KerasTensor[] {
    const { outputs, outputsList } = this.#onlyNode('output');
    return outputsList ? outputs : outputs[0];
  }

  #onlyNode(what: string): LayerNode {
    if (this.inboundNodes.length === 0) {
      throw new ValueError(
        `${this.name}: ${what}: the layer was not applied to symbolic inputs; ` +
          'apply it to Input({ shape }) first',
      );
    }
    return this.inboundNodes[0];
  }

  /** What `buildFromConfig` needs to make the weights again before data comes. */
  getBuildConfig(): Config | null {
    return this.buildShape ? { inputShape: this.buildShape } : null;
  }

  /** Makes the weights from what `getBuildConfig()` gave. */
  buildFromConfig(config: Config): void {
    const shape = config.inputShape ?? config.input_shape;
    if (shape) this.build(shape as ShapeOrShapes);
  }
}

const anyMask = (mask: CallOptions['mask']): boolean =>
  Array.isArray(mask) ? mask.some((one) => one !== null) : mask !== null && mask !== undefined;
