import type { FileArray, FileDType, Json } from '../../formats/index.ts';
import { FormatError, type Shape, type Tensor } from '../../tensor/index.ts';
import { toTensor } from '../save.ts';
import type { FileKind } from './identify.ts';

/** What a file says of one tensor. */
export interface TensorEntry {
  /** The file's type; `read` gives the nearest that tensors have. */
  readonly dtype: FileDType;
  readonly shape: Shape;
  /** In bytes. */
  readonly byteLength: number;
  /** Whether it belongs to the optimizer or the metrics of a file's model. */
  readonly ofOptimizer?: boolean;
}

/** What a format's reader gives: a table of contents, and arrays on demand. */
export interface TensorContents {
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly metadata: ReadonlyMap<string, string>;
  /** Keras' JSON of the model that the tensors belong to. */
  readonly model?: Json;
  /** Keras' JSON of what `compile` was told. */
  readonly training?: Json;
  read(name: string): Promise<FileArray>;
  close?(): Promise<void>;
}

/**
 * The named tensors of an open file. Each is read when it is asked for, so that memory need not hold all of them at once.
 * @example
 * const file = await loadTensors('resnet.pth');
 * for await (const [name, tensor] of file) console.log(name, tensor.shape);
 * await file.close();
 */
export class TensorFile {
  readonly kind: FileKind;
  /** Names, types and shapes, in the order of the file. */
  readonly entries: ReadonlyMap<string, TensorEntry>;
  /** Text beside the tensors. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Keras' JSON of the model that the tensors belong to, as the file has it; null where there is none. */
  readonly model: Json;
  /** Keras' JSON of what `compile` was told; null where there is none. */
  readonly training: Json;
  readonly #contents: TensorContents;
  readonly #close: () => Promise<void>;
  #closed = false;

  constructor(kind: FileKind, contents: TensorContents, close: () => Promise<void>) {
    this.kind = kind;
    this.entries = contents.entries;
    this.metadata = contents.metadata;
    this.model = contents.model ?? null;
    this.training = contents.training ?? null;
    this.#contents = contents;
    this.#close = close;
  }

  /** The names of all tensors. */
  get names(): string[] {
    return [...this.entries.keys()];
  }

  /** The elements of a tensor as the file has them, such as all 64 bits of an int64. */
  async readArray(name: string): Promise<FileArray> {
    if (this.#closed) throw new FormatError('the file is closed', { member: name });
    if (this.entries.has(name)) return this.#contents.read(name);
    const known = this.names.slice(0, 8).join(', ');
    throw new FormatError(`there is no tensor '${name}'`, { received: known || 'an empty file' });
  }

  /** A tensor. */
  async read(name: string): Promise<Tensor> {
    return toTensor(await this.readArray(name));
  }

  /** All tensors by name, at once. */
  async readAll(): Promise<Map<string, Tensor>> {
    const tensors = new Map<string, Tensor>();
    for await (const [name, tensor] of this) tensors.set(name, tensor);
    return tensors;
  }

  /** One tensor after the other. */
  async *[Symbol.asyncIterator](): AsyncGenerator<[string, Tensor]> {
    for (const name of this.entries.keys()) yield [name, await this.read(name)];
  }

  /** Closes the file; tensors that were read stay. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#contents.close?.();
    await this.#close();
  }
}
