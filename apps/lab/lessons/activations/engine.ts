import {
  getRandomState,
  grad,
  initializers,
  linspace,
  ops,
  Parameter,
  random,
  setRandomState,
  setSeed,
  type Tensor,
} from 'gradus';

const { sigmoid, tanh, relu, leakyRelu, elu, gelu, silu, softplus, linear } = ops;

/** The functions that the lesson compares. */
export const functions = {
  sigmoid,
  tanh,
  relu,
  leakyRelu: (x: Tensor) => leakyRelu(x),
  elu: (x: Tensor) => elu(x),
  gelu: (x: Tensor) => gelu(x),
  silu,
  softplus,
  linear,
} satisfies Record<string, (x: Tensor) => Tensor>;
export type FunctionName = keyof typeof functions;

const numbers = (x: Tensor): Float32Array => Float32Array.from(x.dataSync() as Float32Array);

/** A function and its derivative over a range. */
export interface FunctionCurve {
  readonly name: FunctionName;
  readonly value: Float32Array;
  readonly slope: Float32Array;
}

/** Functions and, by the tape, their derivatives at 241 places of a range. */
export function curves(
  names: readonly FunctionName[],
  range: readonly [number, number],
): { x: Float32Array; curves: FunctionCurve[] } {
  const x = linspace(range[0], range[1], 241);
  return {
    x: numbers(x),
    curves: names.map((name) => ({
      name,
      value: numbers(functions[name](x)),
      slope: numbers(grad((at: Tensor) => functions[name](at).sum())(x)),
    })),
  };
}

/** How weights begin. */
export type Start = 'glorot' | 'he' | 'small' | 'large';

const starts = {
  glorot: () => initializers.glorotNormal(),
  he: () => initializers.heNormal(),
  small: () => initializers.randomNormal({ stddev: 0.05 }),
  large: () => initializers.randomNormal({ stddev: 0.5 }),
};

/** What goes through each layer of a deep stack. */
export interface Flow {
  /** Spread (standard deviation) of each layer's output, going forward. */
  readonly outputs: Float32Array;
  /** Root of the mean square of the gradient of each layer's weights, going back. */
  readonly gradients: Float32Array;
}

const width = 64;

/** Sends 64 random samples through a stack of dense layers of 64, and the error of a random target back. */
export function flow(name: FunctionName, depth: number, start: Start): Flow {
  const before = getRandomState();
  setSeed(5);
  const samples = random.normal([64, width]);
  const target = random.normal([64, width]);
  const weights = Array.from(
    { length: depth },
    () => new Parameter(starts[start]().call([width, width])),
  );
  let x: Tensor = samples;
  const outputs = new Float32Array(depth);
  weights.forEach((weight, layer) => {
    x = functions[name](x.matmul(weight));
    outputs[layer] = ops.std(x).item() as number;
  });
  x.sub(target).square().mean().backward();
  const gradients = Float32Array.from(
    weights,
    (weight) => (weight.grad as Tensor).square().mean().sqrt().item() as number,
  );
  setRandomState(before);
  return { outputs, gradients };
}
