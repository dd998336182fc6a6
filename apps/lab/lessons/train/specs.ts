// What the lesson builds is plain data: it travels from the page to the worker and in the address.

export type Activation = 'relu' | 'tanh' | 'sigmoid' | 'linear';

/** A layer that the learner stacks. The last layer, one neuron a class with softmax, is always there. */
export type LayerSpec =
  | {
      readonly kind: 'conv';
      readonly filters: number;
      readonly size: number;
      readonly same: boolean;
      readonly activation: Activation;
    }
  | { readonly kind: 'maxPool' | 'avgPool'; readonly size: number }
  | { readonly kind: 'dropout'; readonly rate: number }
  | { readonly kind: 'batchNorm' }
  | { readonly kind: 'flatten' }
  | { readonly kind: 'dense'; readonly units: number; readonly activation: Activation };

export type LayerKind = LayerSpec['kind'];

/** How a network learns. */
export interface Training {
  readonly data: 'mnist' | 'fashion-mnist';
  /** Training images. */
  readonly count: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: 'adam' | 'sgd' | 'momentum' | 'rmsprop';
  readonly learningRate: number;
  /** Strength of the L2 penalty on kernels; 0 for none. */
  readonly l2: number;
  readonly seed: number;
}

/** A row of the table beside the stack. */
export interface LayerRow {
  readonly shape: readonly (number | null)[];
  readonly parameters: number;
}
