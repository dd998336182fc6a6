/** What a user may name as a file: a path or address, or the bytes themselves. */
export type FileSource = string | URL | Blob | ArrayBuffer | Uint8Array;

/** Bytes in a buffer of their own or a part of one; never shared between threads. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Why the platform could not do what it was asked. */
export type PlatformErrorCode =
  | 'missing'
  | 'denied'
  | 'too-large'
  | 'truncated'
  | 'checksum'
  | 'network'
  | 'unsupported'
  | 'failed';

/** A file, address or device that is absent, refused, larger than allowed or not what was promised. */
export class PlatformError extends Error {
  override name = 'PlatformError';
  readonly code: PlatformErrorCode;
  /** The file or address. */
  readonly file: string | undefined;

  constructor(code: PlatformErrorCode, message: string, file?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.file = file;
  }
}

/** Options of reading. */
export interface ReadOptions {
  /** More than this is an error before it is read. Default: `defaultMaxBytes`. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** An open file that is read in pieces. */
export interface RandomAccessFile {
  /** For messages. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset` on; a PlatformError where the file ends before. */
  read(offset: number, length: number): Promise<Bytes>;
  /** The file's bytes in order, in pieces of `chunkBytes` at most. */
  chunks(chunkBytes?: number): AsyncIterable<Bytes>;
  close(): Promise<void>;
}

/** A file that only grows, such as a log. */
export interface AppendStream {
  write(data: Uint8Array | string): Promise<void>;
  /** Returns when all that was written is on the disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** A file that only grows and is written at once, for code that cannot wait. */
export interface SyncAppendStream {
  write(data: Uint8Array): void;
  /** Returns when all that was written is on the disk. */
  flush(): void;
  close(): void;
}

/** What is in a folder; a link counts as what it leads to. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

/** What is written at once, or piece by piece where it is larger than memory should hold. */
export type WritableData = Uint8Array | string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** A file to download whose contents are known beforehand. */
export interface DownloadRequest {
  /** Its place in the cache: `mnist/train-images-idx3-ubyte.gz`. */
  readonly key: string;
  /** Addresses (http, https), tried in turn; in Node also paths and file addresses. */
  readonly urls: readonly string[];
  /** In bytes. */
  readonly size: number;
  /** In lower-case hexadecimal. */
  readonly sha256: string;
  /**
   * Is asked about a file of another size or sum, of `maxBytes` at most: a mirror may have compressed
   * the same contents anew. Without it such a file is refused.
   */
  readonly acceptOther?: {
    readonly maxBytes: number;
    check(file: RandomAccessFile): Promise<boolean>;
  };
  onProgress?(received: number, total: number): void;
  readonly signal?: AbortSignal;
  /** Gives up on an address that sends nothing for so long. Default 30 000. */
  readonly stallMs?: number;
}

/** A picture as it was decoded: rows of red, green, blue and perhaps opacity, a byte each, in the colours of sRGB. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

/** How a picture is decoded. */
export interface DecodeOptions {
  /** A picture with more points is refused before they are decoded. */
  readonly maxPixels: number;
  /** Whether it is turned as the camera was held (EXIF). */
  readonly orient: boolean;
  /** For messages. */
  readonly name: string;
}

/** A thread. A program does not wait for one after `unref()`. */
export interface WorkerHandle {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  onMessage(listen: (message: unknown) => void): void;
  /** Hears of an error that nothing in the worker has caught. */
  onError(listen: (error: Error) => void): void;
  terminate(): void;
  unref(): void;
}

/** The way to machine code of our own: places it in memory and calls it. Node on x64 with the package `koffi` only. */
export interface NativeDoor {
  readonly convention: 'systemV' | 'windows';
  /** File of the library, for other threads to open. */
  readonly library: string;
  /** Puts code where it can be run and gives its address. */
  place(code: Uint8Array): number;
  addressOf(buffer: ArrayBufferLike): number;
  /** The function `uint32 f(memory, scratch)` at an address. */
  driver(address: number): (memory: number, scratch: number) => number;
  /** Calls `void f(out, leaf, subleaf)`: eax, ebx, ecx, edx of the CPUID instruction. */
  cpuid(address: number, leaf: number, subleaf: number): Uint32Array;
  xgetbv(address: number): number;
}

/** What Node and browsers do in different ways; `#platform` picks `node.ts` or `browser.ts`. */
export interface Platform {
  readonly platformName: 'node' | 'browser';
  /** The budget of a loader that was given none: 2 GiB in Node, 512 MiB in a browser. */
  readonly defaultMaxBytes: number;

  /** A whole file. */
  readFile(source: FileSource, options?: ReadOptions): Promise<Bytes>;
  /** Opens a file to be read in pieces; an http address is fetched whole. Close it. */
  openFile(source: FileSource, options?: ReadOptions): Promise<RandomAccessFile>;
  /**
   * Writes a file so that nobody ever sees half of it: to a temporary name in the same folder, to the disk, then renamed.
   * In a browser the file is offered as a download under that name.
   */
  writeFileAtomic(path: string | URL, data: WritableData): Promise<void>;
  /** Opens a file to be appended to, and makes it where there is none. Node only. */
  openAppend(path: string | URL): Promise<AppendStream>;
  /**
   * `openAppend` for code that cannot wait; makes the folders above the file, too. Null where the file must be new and is
   * not. Node only.
   */
  openAppendSync(path: string | URL, options?: { mustBeNew?: boolean }): SyncAppendStream | null;
  /** Files and folders in a folder, sorted by name. Node only. */
  listFolder(path: string | URL): Promise<FolderEntry[]>;
  /** Makes a folder and those above it, where they are missing. Node only. */
  makeFolder(path: string | URL): Promise<void>;
  /** Whether a file or folder is there. */
  exists(path: string | URL): Promise<boolean>;
  /** Removes a file; one that is missing is no error. Node only. */
  removeFile(path: string | URL): Promise<void>;
  /** The path of something in a folder. */
  joinPath(folder: string | URL, ...names: string[]): string;

  /** Where downloads are kept: a path (`GRADUS_CACHE` names another) or a browser's data base. */
  cacheFolder(): string;
  /** A file of the cache, or null. */
  openCached(key: string): Promise<RandomAccessFile | null>;
  /** Removes a file from the cache; one that is missing is no error. */
  removeCached(key: string): Promise<void>;
  /**
   * Downloads into the cache, continuing where an earlier try was cut off. The file appears in the cache, and is
   * opened, only when its size and sum are right; otherwise nothing is left of it.
   */
  download(request: DownloadRequest): Promise<RandomAccessFile>;

  /**
   * Decodes a picture: in Node with the optional package `sharp`, in a page with what the browser knows; the first of several
   * frames. A PlatformError 'failed' says why one cannot be decoded, 'unsupported' what is missing.
   */
  decodePicture(bytes: Uint8Array, options: DecodeOptions): Promise<DecodedPicture>;

  /** Draws an SVG as a PNG of `scale` times its size, in Node with the fonts given, in a page with the page's. */
  rasterizeSvg(svg: string, scale: number, fonts: readonly URL[]): Promise<Bytes>;

  /** The folder of an installed npm package, whose code is not run; null where it is not installed. */
  packageFolder(name: string): Promise<string | null>;
  /** An environment variable; undefined in a browser. */
  environment(name: string): string | undefined;
  /** SHA-256 in lower-case hexadecimal. */
  sha256(data: Uint8Array | RandomAccessFile): Promise<string>;
  /** Threads that can run at once. */
  hardwareConcurrency(): number;
  /** Makes WebAssembly's relaxed SIMD usable where the engine has it but asks to be told. */
  allowRelaxedSimd(): void;
  /** Opens the way to machine code, or says in one line why there is none. */
  openNativeDoor(): NativeDoor | string;
  /** Starts a thread on a JavaScript module; `data`, if given, is its first message. */
  spawnWorker(url: URL, data?: unknown): WorkerHandle;
}
