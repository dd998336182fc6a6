import { linspace, mean, optimizers, Parameter, type Tensor, tensor } from 'gradus';

/** Ways to go down. */
export type Method = 'sgd' | 'momentum' | 'adam';

/** What the learner sets. */
export interface Setup {
  readonly methods: readonly Method[];
  readonly rate: number;
  readonly momentum: number;
  readonly steps: number;
}

const make = (method: Method, learningRate: number, momentum: number) =>
  method === 'adam'
    ? optimizers.adam({ learningRate })
    : optimizers.sgd({ learningRate, momentum: method === 'momentum' ? momentum : 0 });

/** Where each step was, and what it cost. */
export interface Trail {
  readonly method: Method;
  /** One list a parameter. */
  readonly places: readonly Float32Array[];
  readonly costs: Float32Array;
}

/** Goes down from `start` with the package's own optimizers: the cost's gradient comes from its tape. */
function descend(
  { methods, rate, momentum, steps }: Setup,
  start: readonly number[],
  cost: (parameters: readonly Tensor[]) => Tensor,
): Trail[] {
  return methods.map((method) => {
    const parameters = start.map((value) => new Parameter(tensor(value)));
    const optimizer = make(method, rate, momentum);
    optimizer.build(parameters);
    const places = start.map(() => new Float32Array(steps + 1));
    const costs = new Float32Array(steps + 1);
    for (let step = 0; step <= steps; step++) {
      const value = cost(parameters);
      costs[step] = value.item() as number;
      parameters.forEach((parameter, i) => {
        places[i][step] = parameter.item() as number;
      });
      value.backward();
      optimizer.step();
      optimizer.clearGrad();
    }
    return { method, places, costs };
  });
}

/** The curve (W·x − y)² over W, and the ways down it. */
export function curve(
  setup: Setup,
  { x, y, start, range }: { x: number; y: number; start: number; range: readonly [number, number] },
): { w: Float32Array; cost: Float32Array; trails: Trail[] } {
  const w = linspace(range[0], range[1], 161);
  const cost = (value: Tensor): Tensor => value.mul(x).sub(y).square();
  return {
    w: Float32Array.from(w.dataSync() as Float32Array),
    cost: Float32Array.from(cost(w).dataSync() as Float32Array),
    trails: descend(setup, [start], ([parameter]) => cost(parameter)),
  };
}

/** Points of the line y = 2x + 1, of which slope W and height b are to be found. */
const [xs, ys] = [
  [0, 1, 2, 3],
  [1, 3, 5, 7],
];

/** The surface of the mean of (W·x + b − y)² over W and b, and the ways down it. */
export function surface(
  setup: Setup,
  {
    start,
    w,
    b,
    size,
  }: {
    start: readonly [number, number];
    w: readonly [number, number];
    b: readonly [number, number];
    size: number;
  },
): { z: Float32Array; trails: Trail[] } {
  // All places at once: [b, W, points].
  const slopes = linspace(w[0], w[1], size).reshape([1, size, 1]);
  const heights = linspace(b[0], b[1], size).reshape([size, 1, 1]);
  const grid = slopes.mul(tensor(xs)).add(heights).sub(tensor(ys)).square().mean(2);
  const cost = ([slope, height]: readonly Tensor[]): Tensor =>
    mean(slope.mul(tensor(xs)).add(height).sub(tensor(ys)).square());
  return {
    z: Float32Array.from(grid.dataSync() as Float32Array),
    trails: descend(setup, start, cost),
  };
}
