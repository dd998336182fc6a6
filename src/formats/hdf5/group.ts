import { FormatError } from '../../tensor/index.ts';
import type { ByteSource } from '../byte-source.ts';
import { type DecodeOptions, defaultBudget } from '../file-array.ts';
import { Hdf5Dataset } from './dataset.ts';
import { FileInput } from './file-input.ts';
import { GlobalHeap } from './heaps.ts';
import { isGroup, readLinks } from './links.ts';
import { type Message, messageTypes, readMessages } from './object-header.ts';
import { readSuperblock } from './superblock.ts';
import { type AttributeValue, readAttributes } from './values.ts';

/** What an open file's objects share. */
interface File {
  readonly input: FileInput;
  readonly heap: GlobalHeap;
}

const isNamedType = (messages: readonly Message[]): boolean =>
  messages.some(({ type }) => type === messageTypes.datatype) &&
  !messages.some(({ type }) => type === messageTypes.layout);

/** Groups inside groups; a file that needs more was made to be deep. */
const mostDepth = 64;

/** A group of an HDF5 file: named groups and data sets, and attributes. */
export class Hdf5Group {
  readonly path: string;
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  readonly #file: File;
  readonly #links: ReadonlyMap<string, number>;
  /** Addresses of the groups that this one is in. */
  readonly #above: readonly number[];

  private constructor(
    file: File,
    path: string,
    links: ReadonlyMap<string, number>,
    attributes: ReadonlyMap<string, AttributeValue>,
    above: readonly number[],
  ) {
    this.path = path;
    this.attributes = attributes;
    this.#file = file;
    this.#links = links;
    this.#above = above;
  }

  static async open(
    file: File,
    path: string,
    address: number,
    messages: readonly Message[],
    above: readonly number[] = [],
  ): Promise<Hdf5Group> {
    const { input, heap } = file;
    if (above.includes(address)) input.fail(`the group '${path}' lies in itself`, address);
    if (above.length > mostDepth) input.fail(`groups are nested deeper than ${mostDepth}`, address);
    const links = await readLinks(input, messages);
    const attributes = await readAttributes(input, heap, messages);
    return new Hdf5Group(file, path, links, attributes, [...above, address]);
  }

  /** Names of what is in the group. */
  get names(): string[] {
    return [...this.#links.keys()];
  }

  has(name: string): boolean {
    return this.#links.has(name);
  }

  /** A group or data set by its path from here (`dense/kernel:0`); undefined where there is none. */
  async find(path: string): Promise<Hdf5Group | Hdf5Dataset | undefined> {
    let object: Hdf5Group | Hdf5Dataset = this;
    for (const name of path.split('/').filter(Boolean)) {
      if (!(object instanceof Hdf5Group) || !object.has(name)) return undefined;
      const child: Hdf5Group | Hdf5Dataset | undefined = await object.#child(name);
      if (!child) return undefined;
      object = child;
    }
    return object;
  }

  /** What is behind a name; undefined for a named type, which is no data. */
  async #child(name: string): Promise<Hdf5Group | Hdf5Dataset | undefined> {
    const { input, heap } = this.#file;
    const address = this.#links.get(name) as number;
    const path = this.path ? `${this.path}/${name}` : name;
    const messages = await readMessages(input, address);
    if (isNamedType(messages)) return undefined;
    return isGroup(messages)
      ? Hdf5Group.open(this.#file, path, address, messages, this.#above)
      : Hdf5Dataset.open(input, heap, path, messages);
  }

  /** The group at a path; a FormatError where there is none. */
  async group(path: string): Promise<Hdf5Group> {
    const found = await this.find(path);
    return found instanceof Hdf5Group ? found : this.#missing('group', path);
  }

  /** The data set at a path; a FormatError where there is none. */
  async dataset(path: string): Promise<Hdf5Dataset> {
    const found = await this.find(path);
    return found instanceof Hdf5Dataset ? found : this.#missing('data set', path);
  }

  #missing(what: string, path: string): never {
    const where = this.path ? `${this.path}/${path}` : path;
    throw new FormatError(`there is no ${what} '${where}' in the file`, this.#file.input.place);
  }

  /** All groups and data sets inside, each before what is in it. */
  async *walk(): AsyncGenerator<Hdf5Group | Hdf5Dataset> {
    for (const name of this.names) {
      const child = await this.#child(name);
      if (!child) continue;
      yield child;
      if (child instanceof Hdf5Group) yield* child.walk();
    }
  }
}

/**
 * Opens an HDF5 file for reading; nothing but descriptions is read until data are asked for. Refuses links that lead
 * elsewhere, data in other files, virtual data sets, and data larger than `maxBytes`.
 * @example const kernel = await (await hdf5.open(sourceOf(bytes))).dataset('dense/kernel:0');
 */
export async function open(
  source: ByteSource,
  { file = source.name, maxBytes = defaultBudget }: DecodeOptions = {},
): Promise<Hdf5Group> {
  const input = new FileInput(source, { file }, maxBytes);
  const root = await readSuperblock(input);
  const messages = await readMessages(input, root);
  return Hdf5Group.open({ input, heap: new GlobalHeap(input) }, '', root, messages);
}
