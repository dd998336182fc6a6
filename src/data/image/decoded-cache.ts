import { joinPath, makeFolder, PlatformError, readFile, sha256, writeFileAtomic } from '#platform';
import { npy } from '../../formats/index.ts';
import { FormatError } from '../../tensor/index.ts';

/** Where images are kept once they are decoded and resized. */
export interface DecodedCache {
  get(path: string): Promise<Float32Array | Uint8Array | null>;
  put(path: string, points: Float32Array | Uint8Array): Promise<void>;
}

/** In memory. */
export class MemoryCache implements DecodedCache {
  readonly #points = new Map<string, Float32Array | Uint8Array>();

  async get(path: string): Promise<Float32Array | Uint8Array | null> {
    return this.#points.get(path) ?? null;
  }

  async put(path: string, points: Float32Array | Uint8Array): Promise<void> {
    this.#points.set(path, points);
  }
}

/**
 * In a folder, one .npy file an image, named by the sum of the image's bytes and of what was done with them: an image that
 * changes is decoded anew. Once the disk is full or not writable, nothing more is kept and `problem` says why.
 */
export class FolderCache implements DecodedCache {
  /** Why images are not kept any more. */
  problem: string | null = null;
  readonly #folder: string;
  readonly #recipe: string;
  readonly #shape: readonly number[];
  readonly #dtype: 'float32' | 'uint8';
  readonly #names = new Map<string, string>();
  #made = false;

  /** `recipe` tells apart images that were treated differently. */
  constructor(
    folder: string,
    recipe: string,
    shape: readonly number[],
    dtype: 'float32' | 'uint8',
  ) {
    this.#folder = folder;
    this.#recipe = recipe;
    this.#shape = shape;
    this.#dtype = dtype;
  }

  async get(path: string): Promise<Float32Array | Uint8Array | null> {
    const file = await this.#fileOf(path);
    try {
      const { data, dtype, shape } = npy.decode(await readFile(file), { file });
      const isOurs = dtype === this.#dtype && shape.join() === this.#shape.join();
      return isOurs ? (data as Float32Array | Uint8Array) : null;
    } catch (error) {
      // A file that is missing or damaged is written anew.
      if (error instanceof PlatformError || error instanceof FormatError) return null;
      throw error;
    }
  }

  async put(path: string, data: Float32Array | Uint8Array): Promise<void> {
    if (this.problem !== null) return;
    const file = await this.#fileOf(path);
    try {
      if (!this.#made) await makeFolder(this.#folder);
      this.#made = true;
      const array = { dtype: this.#dtype, shape: this.#shape, data };
      await writeFileAtomic(file, npy.encode(array as Parameters<typeof npy.encode>[0]));
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      this.problem = error.message;
    }
  }

  async #fileOf(path: string): Promise<string> {
    let name = this.#names.get(path);
    if (name === undefined) {
      const sum = await sha256(await readFile(path));
      name = await sha256(new TextEncoder().encode(`${sum} ${this.#recipe}`));
      this.#names.set(path, name);
    }
    return joinPath(this.#folder, `${name}.npy`);
  }
}
