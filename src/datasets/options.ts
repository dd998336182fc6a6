import type { HostArray } from '../data/index.ts';
import type { Tensor } from '../tensor/index.ts';

/** Where a data set may come from. */
export type DataPlace = 'folder' | 'package' | 'cache' | 'download';

/** Options of `loadData` and `loadArrays`. */
export interface LoadOptions {
  /** A folder that holds the data set's files. Nothing else is looked at then. */
  readonly path?: string | URL;
  /** Takes the data from this place alone, instead of the first that has them: package, cache, download. */
  readonly source?: 'package' | 'cache' | 'download';
  /** Address or folder to download from; the environment variable `GRADUS_DATA_MIRROR` does the same. */
  readonly mirror?: string;
  /** Hears how a download goes on, in bytes of one file. */
  onProgress?(file: string, received: number, total: number): void;
  readonly signal?: AbortSignal;
}

/** What `loadData` gives: `[[xTrain, yTrain], [xTest, yTest]]`. */
export type TrainAndTest<T = Tensor> = [train: [x: T, y: T], test: [x: T, y: T]];

/** What `loadArrays` gives: the same as arrays on the host, without a backend. */
export type TrainAndTestArrays = TrainAndTest<HostArray>;

/** Where the data of a set were found, and under which name. */
export interface FoundData {
  readonly source: DataPlace;
  /** A folder, a package or the cache. */
  readonly place: string;
}
