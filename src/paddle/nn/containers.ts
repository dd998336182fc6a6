import { ValueError } from '../../tensor/index.ts';
import { Parameter } from '../parameter.ts';
import type { Tensor } from '../tensor.ts';
import { Layer } from './layer.ts';

/** A layer and its name. */
export type NamedLayer = readonly [name: string, layer: Layer];

const isNamed = (value: unknown): value is NamedLayer =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';

/** Layers under names that need not be fields: the base of containers. */
abstract class Container extends Layer {
  readonly #layers = new Map<string, Layer>();

  protected override *members(): Iterable<readonly [string, Layer | Parameter | Tensor]> {
    yield* super.members();
    yield* this.#layers;
  }

  override addSublayer<T extends Layer>(name: string, sublayer: T): T {
    if (!(sublayer instanceof Layer)) {
      throw new ValueError(
        `${this.constructor.name}: '${name}' is to be a Layer, received ${typeof sublayer}`,
      );
    }
    this.#layers.set(name, sublayer);
    return sublayer;
  }

  /** Puts layers in the place of those that are there. */
  protected replaceAll(layers: Iterable<readonly [string, Layer]>): void {
    const list = [...layers];
    this.#layers.clear();
    for (const [name, layer] of list) this.addSublayer(name, layer);
  }

  /** Layers by name. */
  protected get entries(): ReadonlyMap<string, Layer> {
    return this.#layers;
  }

  /** Number of layers. */
  get length(): number {
    return this.#layers.size;
  }

  /** The layers of a list, in order. */
  protected get list(): Layer[] {
    return [...this.#layers.values()];
  }

  /** A place of a list, counted from the end where it is negative. */
  protected place(index: number, limit = this.length): number {
    const at = index < 0 ? index + this.length : index;
    if (!Number.isInteger(index) || at < 0 || at >= limit) {
      throw new ValueError(
        `${this.constructor.name}: no place ${index} among ${this.length} layers`,
      );
    }
    return at;
  }

  /** Numbers the layers of a list from 0. */
  protected renumber(layers: readonly Layer[]): void {
    this.replaceAll(layers.map((layer, i) => [String(i), layer] as const));
  }
}

/**
 * Layers one after another; with names, as pairs: `new nn.Sequential(['fc', new nn.Linear(4, 2)], …)`.
 * @example new nn.Sequential(new nn.Linear(784, 100), new nn.ReLU(), new nn.Linear(100, 10))
 */
export class Sequential extends Container implements Iterable<Layer> {
  constructor(...layers: readonly (Layer | NamedLayer | readonly NamedLayer[])[]) {
    super();
    const [first] = layers;
    // A list of pairs, as from Python's Sequential(*[…]) without the star.
    const given =
      layers.length === 1 && Array.isArray(first) && !isNamed(first)
        ? (first as readonly NamedLayer[])
        : (layers as readonly (Layer | NamedLayer)[]);
    given.forEach((item, i) => {
      if (isNamed(item)) this.addSublayer(item[0], item[1]);
      else this.addSublayer(String(i), item as Layer);
    });
  }

  // biome-ignore lint/suspicious/noExplicitAny: what the first layer takes and the last gives
  override forward(input: any): any {
    let x = input;
    for (const layer of this.entries.values()) x = layer.call(x);
    return x;
  }

  /** The layer of that name or place. */
  at(name: string | number): Layer {
    const found = typeof name === 'string' ? this.entries.get(name) : this.list[this.place(name)];
    if (!found) throw new ValueError(`Sequential: there is no layer '${name}'`);
    return found;
  }

  /** Adds a layer behind the last. */
  append(layer: Layer): this {
    this.addSublayer(String(this.length), layer);
    return this;
  }

  /** Puts a layer at a place; those behind move on. */
  insert(index: number, layer: Layer): this {
    const layers = this.list;
    layers.splice(this.place(index, this.length + 1), 0, layer);
    this.renumber(layers);
    return this;
  }

  /** Adds layers behind the last. */
  extend(layers: Iterable<Layer>): this {
    for (const layer of layers) this.append(layer);
    return this;
  }

  [Symbol.iterator](): Iterator<Layer> {
    return this.list[Symbol.iterator]();
  }
}

/**
 * Layers in a list, which the layer around it calls as it likes.
 * @example blocks = new nn.LayerList([new nn.Linear(4, 4), new nn.Linear(4, 4)]);
 */
export class LayerList extends Container implements Iterable<Layer> {
  constructor(sublayers: Iterable<Layer> | { readonly sublayers?: Iterable<Layer> } = []) {
    super();
    const list = Symbol.iterator in sublayers ? sublayers : (sublayers.sublayers ?? []);
    this.extend(list);
  }

  /** The layer at a place; negative places count from the end. */
  at(index: number): Layer {
    return this.list[this.place(index)];
  }

  /** Puts a layer in the place of another. */
  set(index: number, layer: Layer): void {
    this.addSublayer(String(this.place(index)), layer);
  }

  /** Adds a layer behind the last. */
  append(sublayer: Layer): this {
    this.addSublayer(String(this.length), sublayer);
    return this;
  }

  /** Puts a layer at a place; those behind move on. */
  insert(index: number, sublayer: Layer): void {
    const layers = this.list;
    layers.splice(this.place(index, this.length + 1), 0, sublayer);
    this.renumber(layers);
  }

  /** Adds layers behind the last. */
  extend(sublayers: Iterable<Layer>): this {
    for (const layer of sublayers) this.append(layer);
    return this;
  }

  /** Takes a layer out. */
  pop(index = -1): Layer {
    const layers = this.list;
    const [layer] = layers.splice(this.place(index), 1);
    this.renumber(layers);
    return layer;
  }

  [Symbol.iterator](): Iterator<Layer> {
    return this.list[Symbol.iterator]();
  }
}

/** What a `LayerDict` takes: an object, or pairs. */
export type LayersByName = Readonly<Record<string, Layer>> | Iterable<NamedLayer>;

/**
 * Layers by name, which the layer around it calls as it likes.
 * @example heads = new nn.LayerDict({ box: new nn.Linear(8, 4), label: new nn.Linear(8, 10) });
 */
export class LayerDict extends Container implements Iterable<string> {
  constructor(sublayers: LayersByName | { readonly sublayers: LayersByName } = {}) {
    super();
    const { sublayers: inner } = sublayers as { readonly sublayers?: LayersByName | Layer };
    const named = inner !== undefined && !(inner instanceof Layer);
    this.update(named ? (inner as LayersByName) : (sublayers as LayersByName));
  }

  /** The layer of that name. */
  get(key: string): Layer {
    const layer = this.entries.get(key);
    if (!layer) {
      throw new ValueError(`LayerDict: no '${key}'; there is: ${[...this.keys()].join(', ')}`);
    }
    return layer;
  }

  /** Adds a layer, or puts it in the place of another. */
  set(key: string, layer: Layer): this {
    this.addSublayer(key, layer);
    return this;
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  /** Adds layers. */
  update(sublayers: LayersByName | LayerDict): this {
    const pairs: Iterable<NamedLayer> =
      sublayers instanceof LayerDict
        ? sublayers.items()
        : Symbol.iterator in sublayers
          ? (sublayers as Iterable<NamedLayer>)
          : Object.entries(sublayers as Readonly<Record<string, Layer>>);
    for (const [key, layer] of pairs) this.addSublayer(key, layer);
    return this;
  }

  /** Takes a layer out. */
  pop(key: string): Layer {
    const layer = this.get(key);
    this.replaceAll([...this.entries].filter(([name]) => name !== key));
    return layer;
  }

  /** Takes all layers out. */
  clear(): void {
    this.replaceAll([]);
  }

  keys(): Iterable<string> {
    return this.entries.keys();
  }

  values(): Iterable<Layer> {
    return this.entries.values();
  }

  items(): Iterable<NamedLayer> {
    return this.entries.entries();
  }

  [Symbol.iterator](): Iterator<string> {
    return this.entries.keys()[Symbol.iterator]();
  }
}

/** Parameters under names that need not be fields. */
abstract class ParameterContainer extends Layer {
  protected readonly byKey = new Map<string, Parameter>();

  protected override *members(): Iterable<readonly [string, Layer | Parameter | Tensor]> {
    yield* super.members();
    yield* this.byKey;
  }

  override addParameter(name: string, parameter: Parameter): Parameter {
    if (!(parameter instanceof Parameter)) {
      throw new ValueError(`${this.constructor.name}: '${name}' is to be a Parameter`);
    }
    this.byKey.set(name, parameter);
    return parameter;
  }

  protected override replaceMember(name: string, member: Parameter): void {
    this.byKey.set(name, member);
  }

  /** Number of parameters. */
  get length(): number {
    return this.byKey.size;
  }
}

/** Parameters in a list. */
export class ParameterList extends ParameterContainer implements Iterable<Parameter> {
  constructor(
    parameters: Iterable<Parameter> | { readonly parameters?: Iterable<Parameter> } = [],
  ) {
    super();
    const list = Symbol.iterator in parameters ? parameters : (parameters.parameters ?? []);
    for (const parameter of list) this.append(parameter);
  }

  /** The parameter at a place. */
  at(index: number): Parameter {
    const found = this.byKey.get(String(index < 0 ? index + this.length : index));
    if (!found) {
      throw new ValueError(`ParameterList: no place ${index} among ${this.length} parameters`);
    }
    return found;
  }

  /** Adds a parameter behind the last. */
  append(parameter: Parameter): this {
    this.addParameter(String(this.length), parameter);
    return this;
  }

  [Symbol.iterator](): Iterator<Parameter> {
    return this.byKey.values();
  }
}

/** What a `ParameterDict` takes: an object, or pairs. */
export type ParametersByName =
  | Readonly<Record<string, Parameter>>
  | Iterable<readonly [string, Parameter]>;

/** Parameters by name. */
export class ParameterDict extends ParameterContainer implements Iterable<string> {
  constructor(parameters: ParametersByName = {}) {
    super();
    this.update(parameters);
  }

  /** The parameter of that name. */
  get(key: string): Parameter {
    const found = this.byKey.get(key);
    if (!found) {
      throw new ValueError(`ParameterDict: no '${key}'; there is: ${[...this.byKey.keys()]}`);
    }
    return found;
  }

  /** Adds a parameter, or puts it in the place of another. */
  set(key: string, parameter: Parameter): this {
    this.addParameter(key, parameter);
    return this;
  }

  /** Adds parameters. */
  update(parameters: ParametersByName): this {
    const pairs =
      Symbol.iterator in parameters
        ? (parameters as Iterable<readonly [string, Parameter]>)
        : Object.entries(parameters as Readonly<Record<string, Parameter>>);
    for (const [key, parameter] of pairs) this.addParameter(key, parameter);
    return this;
  }

  [Symbol.iterator](): Iterator<string> {
    return this.byKey.keys();
  }
}
