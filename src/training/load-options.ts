import type { CustomObjects } from '../config/index.ts';

/** What the functions that load models take besides the file. */
export interface LoadOptions {
  /** Your own layers, losses, … by the name that the file has for them. */
  readonly customObjects?: CustomObjects;
  /** Whether the model shall be ready to train on; true by default. */
  readonly compile?: boolean;
  /** The most bytes that the file may have or expand to. Default 2 GiB in Node, 512 MiB in a browser. */
  readonly maxBytes?: number;
}

/** What `model.loadWeights` takes besides the file. */
export interface LoadWeightsOptions {
  /** Takes weights for layers whose names are in the file, in whatever order, and leaves the others as they are. */
  readonly byName?: boolean;
  /** Leaves layers as they are whose weights have other shapes in the file. */
  readonly skipMismatch?: boolean;
  /** The most bytes that the file may have or expand to. */
  readonly maxBytes?: number;
}
