/** What the worker is asked for. */
export interface ProjectRequest {
  readonly method: 'pca' | 'umap';
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly neighbours: number;
}

/** What it answers: points as they become better, x and y in turn. */
export interface ProjectAnswer {
  readonly points: Float64Array;
  /** From 0 to 1. */
  readonly progress: number;
  /** Shares of the variance, for PCA. */
  readonly shares: readonly number[] | null;
}
