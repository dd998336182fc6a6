import { instanceName } from '../../config/index.ts';
import { cast } from '../../ops/index.ts';
import {
  type Tensor as CoreTensor,
  type DType,
  formatShape,
  GradusError,
  isFloat,
  type Shape,
  sameShape,
  ValueError,
} from '../../tensor/index.ts';
import { warn } from '../../training/output.ts';
import { getDefaultDtype, toDType } from '../dtype.ts';
import { Parameter } from '../parameter.ts';
import { Tensor } from '../tensor.ts';
import { generate } from '../unique-name.ts';
import { makeParameter, type ParameterRequest } from './make-parameter.ts';

/** What `stateDict` gives: parameters and buffers by their path, in order. */
export type StateDict = Record<string, Tensor>;

/** What `setStateDict` takes: tensors of this door or of Gradus by their path. */
export type StateLike = Readonly<Record<string, Tensor | CoreTensor | unknown>>;

/** Is called before `forward` with its arguments; what it returns replaces them. */
export type ForwardPreHook = (layer: Layer, inputs: readonly unknown[]) => unknown;
/** Is called after `forward` with its arguments and result; what it returns replaces the result. */
export type ForwardPostHook = (
  layer: Layer,
  inputs: readonly unknown[],
  outputs: unknown,
) => unknown;

/** A hook that can be taken away. */
export interface HookHandle {
  remove(): void;
}

/** A part of a layer: what is registered by assigning it to a field. */
type Member = Layer | Parameter | Tensor;

/**
 * A part of a network. Subclasses make parameters and other layers, assign them to fields, and compute in `forward`;
 * what is assigned to a field belongs to the layer. Call it with `call`.
 * @example
 * class Net extends nn.Layer {
 *   fc = new nn.Linear(784, 10);
 *   forward(x: paddle.Tensor) { return F.softmax(this.fc.call(x)); }
 * }
 * const y = new Net().call(x);
 */
export class Layer {
  /** Whether layers such as dropout behave as in training; see `train` and `eval`. */
  training = true;
  readonly #fullName: string;
  #dtype: DType;
  readonly #persistent = new Set<string>();
  readonly #preHooks = new Set<ForwardPreHook>();
  readonly #postHooks = new Set<ForwardPostHook>();

  constructor(nameScope?: string | null, dtype?: string) {
    this.#fullName = generate(nameScope ?? instanceName(new.target.name));
    this.#dtype = dtype === undefined ? getDefaultDtype() : toDType(dtype);
  }

  /** Computes the result. Call it through `call`. */
  // biome-ignore lint/suspicious/noExplicitAny: each layer's forward has arguments of its own
  forward(..._inputs: any[]): any {
    throw new GradusError(`${this.constructor.name}: a layer needs a forward(…)`);
  }

  /**
   * Calls the layer: `forward` between its hooks.
   * @example const y = layer.call(x);
   */
  call(...inputs: Parameters<this['forward']>): ReturnType<this['forward']> {
    if (this.#preHooks.size === 0 && this.#postHooks.size === 0) return this.forward(...inputs);
    return this.#callWithHooks(inputs) as ReturnType<this['forward']>;
  }

  #callWithHooks(given: readonly unknown[]): unknown {
    let inputs = given;
    for (const hook of this.#preHooks) {
      const result = hook(this, inputs);
      if (result !== undefined && result !== null)
        inputs = Array.isArray(result) ? result : [result];
    }
    let outputs: unknown = this.forward(...inputs);
    for (const hook of this.#postHooks) outputs = hook(this, inputs, outputs) ?? outputs;
    return outputs;
  }

  /** Whether hooks are called around `forward`. */
  get hasHooks(): boolean {
    return this.#preHooks.size > 0 || this.#postHooks.size > 0;
  }

  /** Calls `hook(layer, inputs)` before each `forward`. */
  registerForwardPreHook(hook: ForwardPreHook): HookHandle {
    this.#preHooks.add(hook);
    return { remove: () => void this.#preHooks.delete(hook) };
  }

  /** Calls `hook(layer, inputs, outputs)` after each `forward`. */
  registerForwardPostHook(hook: ForwardPostHook): HookHandle {
    this.#postHooks.add(hook);
    return { remove: () => void this.#postHooks.delete(hook) };
  }

  /** `linear_0`: what names of the layer's parameters begin with. */
  fullName(): string {
    return this.#fullName;
  }

  /** The element type of parameters that are made without one. */
  get dtype(): DType {
    return this.#dtype;
  }

  /**
   * Makes a parameter; null for `attr: false`. Assign it to a field.
   * @example this.scale = this.createParameter([3], { defaultInitializer: new nn.initializer.Constant(1) });
   */
  createParameter(
    shape: Shape,
    request?: ParameterRequest & { readonly attr?: Exclude<ParameterRequest['attr'], false> },
  ): Parameter;
  createParameter(shape: Shape, request?: ParameterRequest): Parameter | null;
  createParameter(shape: Shape, request: ParameterRequest = {}): Parameter | null {
    return makeParameter(this.#fullName, shape, { dtype: this.#dtype, ...request });
  }

  /** What belongs to the layer, by name, in order: fields that hold layers, parameters and tensors. */
  protected *members(): Iterable<readonly [name: string, member: Member]> {
    for (const name of Object.keys(this)) {
      const value: unknown = this[name as keyof this];
      if (value instanceof Tensor || value instanceof Layer) yield [name, value];
    }
  }

  /** The layer's own members of a kind. */
  *#own<T extends Member>(isKind: (member: Member) => member is T): Iterable<readonly [string, T]> {
    for (const [name, member] of this.members()) if (isKind(member)) yield [name, member];
  }

  #addField(kind: string, name: string, value: Member): void {
    if (name === '' || name.includes('.')) {
      throw new ValueError(`${kind}: a name must not be empty or have a dot, received '${name}'`);
    }
    const fields = this as unknown as Record<string, unknown>;
    const free = !(name in this) || (Object.hasOwn(this, name) && isMember(fields[name]));
    if (!free && fields[name] !== null && fields[name] !== undefined) {
      throw new ValueError(`${kind}: ${this.constructor.name} has a '${name}' already`);
    }
    fields[name] = value;
  }

  /** Adds a layer under a name that may be computed: `addSublayer('block' + i, block)`. */
  addSublayer<T extends Layer>(name: string, sublayer: T): T {
    if (!(sublayer instanceof Layer)) {
      throw new ValueError(`addSublayer: '${name}' is to be a Layer`);
    }
    this.#addField('addSublayer', name, sublayer);
    return sublayer;
  }

  /** Adds a parameter under a name that may be computed. */
  addParameter(name: string, parameter: Parameter): Parameter {
    if (!(parameter instanceof Parameter)) {
      throw new ValueError(`addParameter: '${name}' is to be a Parameter (see createParameter)`);
    }
    this.#addField('addParameter', name, parameter);
    return parameter;
  }

  /**
   * Adds a tensor that the layer keeps but does not learn; saved with the layer unless `persistable` is false. A tensor that
   * is only assigned to a field is not saved.
   */
  registerBuffer(name: string, tensor: Tensor, persistable = true): void {
    this.#addField('registerBuffer', name, tensor);
    if (persistable) this.#persistent.add(name);
    else this.#persistent.delete(name);
  }

  /** The layers inside, by name. */
  namedChildren(): [string, Layer][] {
    const seen = new Set<Layer>();
    const list: [string, Layer][] = [];
    for (const [name, layer] of this.#own(isLayer)) {
      if (!seen.has(layer)) list.push([name, layer]);
      seen.add(layer);
    }
    return list;
  }

  /** The layers inside, without those inside these. */
  children(): Layer[] {
    return this.namedChildren().map(([, layer]) => layer);
  }

  /** All layers inside by path, each once: `features.0`. */
  namedSublayers(prefix = '', includeSelf = false): [string, Layer][] {
    const seen = new Set<Layer>(includeSelf ? [] : [this]);
    const list: [string, Layer][] = [];
    const visit = (layer: Layer, path: string): void => {
      if (layer !== this || includeSelf) {
        if (seen.has(layer)) return;
        seen.add(layer);
        list.push([path, layer]);
      }
      for (const [name, inner] of layer.#own(isLayer)) visit(inner, join(path, name));
    };
    visit(this, prefix);
    return list;
  }

  /** All layers inside, each once. */
  sublayers(includeSelf = false): Layer[] {
    return this.namedSublayers('', includeSelf).map(([, layer]) => layer);
  }

  /** Parameters by path, each once. */
  namedParameters(prefix = '', includeSublayers = true): [string, Parameter][] {
    return this.#named(isParameter, prefix, includeSublayers);
  }

  /**
   * Parameters, each once: what optimizers take.
   * @example new paddle.optimizer.Adam({ parameters: model.parameters() })
   */
  parameters(includeSublayers = true): Parameter[] {
    return this.namedParameters('', includeSublayers).map(([, parameter]) => parameter);
  }

  /** Tensors that are kept but not learned, by path. */
  namedBuffers(prefix = '', includeSublayers = true): [string, Tensor][] {
    return this.#named(isBuffer, prefix, includeSublayers);
  }

  /** Tensors that are kept but not learned. */
  buffers(includeSublayers = true): Tensor[] {
    return this.namedBuffers('', includeSublayers).map(([, buffer]) => buffer);
  }

  #named<T extends Tensor>(
    isKind: (member: Member) => member is T,
    prefix: string,
    includeSublayers: boolean,
  ): [string, T][] {
    const layers: [string, Layer][] = includeSublayers
      ? this.namedSublayers(prefix, true)
      : [[prefix, this]];
    const seen = new Set<T>();
    const list: [string, T][] = [];
    for (const [path, layer] of layers) {
      for (const [name, member] of layer.#own(isKind)) {
        if (!seen.has(member)) list.push([join(path, name), member]);
        seen.add(member);
      }
    }
    return list;
  }

  /**
   * Parameters and buffers by path, in order: what `paddle.save` writes.
   * @example paddle.save(model.stateDict(), 'net.pdparams');
   */
  stateDict(includeSublayers = true, prefix = ''): StateDict {
    const state: StateDict = {};
    this.#collect(state, prefix, includeSublayers);
    return state;
  }

  #collect(state: StateDict, prefix: string, includeSublayers: boolean): void {
    for (const [name, parameter] of this.#own(isParameter)) state[prefix + name] = parameter;
    for (const [name, buffer] of this.#own(isBuffer)) {
      if (this.#persistent.has(name)) state[prefix + name] = buffer;
    }
    if (!includeSublayers) return;
    for (const [name, layer] of this.#own(isLayer)) {
      layer.#collect(state, `${prefix}${name}.`, true);
    }
  }

  /**
   * Takes over the elements of a state, by path (or by parameters' names, with `useStructuredName` false). What the state
   * lacks and what has another shape is skipped with a warning. Gives the paths that were not set and those that nobody wanted.
   * @example model.setStateDict(await paddle.load('net.pdparams'));
   */
  setStateDict(
    stateDict: StateLike,
    useStructuredName = true,
  ): [missing: string[], unexpected: string[]] {
    const missing: string[] = [];
    const matched = new Map<string, [Tensor, CoreTensor]>();
    for (const [key, tensor] of Object.entries(this.stateDict())) {
      const name = useStructuredName ? key : tensor.name;
      const problem = this.#match(stateDict, name, tensor, matched);
      if (!problem) continue;
      missing.push(name);
      warn(`Skip loading for ${key}. ${problem}`);
    }
    for (const [tensor, value] of matched.values()) tensor.setValue(value);
    const unexpected = Object.keys(stateDict).filter((key) => !matched.has(key));
    return [missing, unexpected];
  }

  #match(
    state: StateLike,
    name: string,
    tensor: Tensor,
    matched: Map<string, [Tensor, CoreTensor]>,
  ): string | null {
    const value = Object.hasOwn(state, name) ? state[name] : undefined;
    if (value === undefined || value === null) return `${name} is not found in the provided dict.`;
    const core = value instanceof Tensor ? value.tensor : (value as CoreTensor);
    if (!Array.isArray(core.shape)) return `${name} is no tensor.`;
    if (!sameShape(core.shape, tensor.shape)) {
      return (
        `${name} receives a shape ${formatShape(core.shape)}, ` +
        `but the expected shape is ${formatShape(tensor.shape)}.`
      );
    }
    matched.set(name, [tensor, core]);
    return null;
  }

  /** The same as `setStateDict`. */
  loadDict(
    stateDict: StateLike,
    useStructuredName = true,
  ): [missing: string[], unexpected: string[]] {
    return this.setStateDict(stateDict, useStructuredName);
  }

  /** Makes this layer and those inside behave as in training. */
  train(): this {
    return this.#setTraining(true);
  }

  /** Makes this layer and those inside behave as in use: no dropout, statistics as they were learned. */
  eval(): this {
    return this.#setTraining(false);
  }

  #setTraining(training: boolean): this {
    for (const layer of this.sublayers(true)) layer.training = training;
    return this;
  }

  /** Calls `fn` with every layer inside, and then with this one. */
  apply(fn: (layer: Layer) => void): this {
    for (const layer of this.children()) layer.apply(fn);
    fn(this);
    return this;
  }

  /** Forgets the gradients of the parameters, or makes them zero. */
  clearGradients(setToZero = true): void {
    for (const parameter of this.parameters()) {
      if (parameter.trainable) parameter.clearGradient(setToZero);
    }
  }

  /** Gives floating-point parameters and buffers another element type. Optimizers must be made afterwards. */
  astype(dtype: string): this {
    const kind = toDType(dtype);
    if (!isFloat(kind)) {
      throw new ValueError(`astype: a layer takes a floating-point dtype, received '${dtype}'`);
    }
    for (const layer of this.sublayers(true)) {
      layer.#dtype = kind;
      for (const [name, member] of layer.members()) {
        if (member instanceof Layer || !isFloat(member.dtype) || member.dtype === kind) continue;
        layer.replaceMember(name, convert(member, kind));
      }
    }
    return this;
  }

  /** Puts a member in another's place. */
  protected replaceMember(name: string, member: Member): void {
    (this as unknown as Record<string, unknown>)[name] = member;
  }

  /** Gives the layer another element type; a device other than the one in use is an error. */
  to(options: { readonly device?: string | null; readonly dtype?: string | null } = {}): this {
    return options.dtype ? this.astype(options.dtype) : this;
  }

  /** The same as `astype('float32')`. */
  float(): this {
    return this.astype('float32');
  }

  /** What `toString` shows of the layer itself. */
  extraRepr(): string {
    return '';
  }

  /** The layer and those inside, as Paddle prints them. */
  toString(): string {
    const indent = (text: string): string => text.replaceAll('\n', '\n  ');
    const inner = [...this.#own(isLayer)].map(
      ([name, layer]) => `(${name}): ${indent(layer.toString())}`,
    );
    const body = inner.length > 0 ? `\n  ${inner.join('\n  ')}\n` : '';
    return `${this.constructor.name}(${this.extraRepr()}${body})`;
  }

  /** What `console.log` shows in Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** A layer from one tensor to another. */
export interface TensorLayer extends Layer {
  forward(x: Tensor): Tensor;
}

const join = (path: string, name: string): string => (path ? `${path}.${name}` : name);

const isLayer = (member: Member): member is Layer => member instanceof Layer;
const isParameter = (member: Member): member is Parameter => member instanceof Parameter;
const isBuffer = (member: Member): member is Tensor => !isLayer(member) && !isParameter(member);
const isMember = (value: unknown): value is Member =>
  value instanceof Layer || value instanceof Tensor;

/** The same parameter or buffer with another element type. */
function convert(member: Tensor, dtype: DType): Tensor {
  const value = cast(member.tensor.detach(), dtype);
  if (!(member instanceof Parameter)) return new Tensor(value, member.name);
  const { name, trainable, regularizer, needClip, optimizeAttr } = member;
  const { learningRate } = optimizeAttr;
  return new Parameter(value, { name, trainable, regularizer, needClip, learningRate });
}
