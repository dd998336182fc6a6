import {
  Callback,
  callbacks,
  fromData,
  type Logs,
  layers,
  losses,
  type Model,
  noGrad,
  optimizers,
  regularizers,
  Sequential,
  setSeed,
  type Tensor,
} from 'gradus';
import { eventsOf } from '../../engine/events-of.ts';
import type { Point } from './points.ts';

/** What the learner sets. */
export interface Setup {
  readonly depth: number;
  readonly width: number;
  readonly activation: 'tanh' | 'relu';
  readonly l2: number;
  readonly dropout: number;
  /** How far samples are moved at random each time they are seen. */
  readonly jitter: number;
  /** Whether training ends when the test loss no longer falls. */
  readonly early: boolean;
  readonly epochs: number;
  readonly seed: number;
}

/** How it stands after an epoch. */
export interface Progress {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
  /** What the network says of each place: side x side, 0 to 1, from the top. */
  readonly map: Float32Array;
  readonly parameters: number;
  readonly done: boolean;
}

/** Places of the map in a row. */
const side = 56;

let stopping: AbortController | null = null;

function build({ depth, width, activation, l2, dropout, jitter }: Setup): Model {
  const kernelRegularizer = l2 > 0 ? regularizers.l2(l2) : null;
  const hidden = Array.from({ length: depth }, () => [
    layers.dense({ units: width, activation, kernelRegularizer }),
    ...(dropout > 0 ? [layers.dropout(dropout)] : []),
  ]).flat();
  const model = new Sequential([
    layers.input({ shape: [2] }),
    ...(jitter > 0 ? [layers.gaussianNoise(jitter)] : []),
    ...hidden,
    layers.dense(1, 'sigmoid'),
  ]);
  model.compile({
    optimizer: optimizers.adam({ learningRate: 0.01 }),
    loss: 'binaryCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

function tensorsOf(points: readonly Point[]): [Tensor, Tensor] {
  const x = Float32Array.from(points.flatMap((point) => [point.x, point.y]));
  const y = Float32Array.from(points, ({ label }) => label);
  return [fromData(x, [points.length, 2]), fromData(y, [points.length, 1])];
}

/** All places of the map as inputs. */
function places(): Tensor {
  const data = new Float32Array(side * side * 2);
  for (let i = 0; i < side * side; i++) {
    data[2 * i] = (2 * ((i % side) + 0.5)) / side - 1;
    data[2 * i + 1] = 1 - (2 * (Math.floor(i / side) + 0.5)) / side;
  }
  return fromData(data, [side * side, 2]);
}

/** Loss and accuracy of a network on points, computed as training does. */
function measure(model: Model, x: Tensor, y: Tensor): { loss: number; accuracy: number } {
  return noGrad(() => {
    const output = model.apply(x, { training: false });
    const loss = losses.binaryCrossentropy(y, output).mean().item() as number;
    const right = output.greater(0.5).equal(y.greater(0.5)).cast('float32').mean();
    return { loss, accuracy: right.item() as number };
  });
}

/** Waits a turn between looks, so that a picture of each is seen. */
class Look extends Callback {
  readonly #look: (epoch: number) => void;
  #last = 0;

  constructor(look: (epoch: number) => void) {
    super();
    this.#look = look;
  }

  override async onEpochEnd(epoch: number, _logs: Logs): Promise<void> {
    // Early epochs change most; later a look every tenth is enough.
    if (epoch < 20 || epoch % 10 === 9) {
      this.#look(epoch);
      const wait = 30 - (performance.now() - this.#last);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      this.#last = performance.now();
    }
  }
}

/** Trains a network on the points that are for it, and shows as it goes what it makes of the plane. */
export async function* train(points: readonly Point[], setup: Setup): AsyncGenerator<Progress> {
  stopping?.abort();
  const own = new AbortController();
  stopping = own;
  setSeed(setup.seed);
  const model = build(setup);
  const parameters = model.weights.reduce((sum, { size }) => sum + size, 0);
  const [x, y] = tensorsOf(points.filter(({ train }) => train));
  const [xTest, yTest] = tensorsOf(points.filter(({ train }) => !train));
  const plane = places();
  const progress = (epoch: number, done = false): Progress => {
    const [a, b] = [measure(model, x, y), measure(model, xTest, yTest)];
    const map = noGrad(() =>
      Float32Array.from(model.apply(plane, { training: false }).dataSync() as Float32Array),
    );
    return {
      epoch,
      trainLoss: a.loss,
      testLoss: b.loss,
      trainAccuracy: a.accuracy,
      testAccuracy: b.accuracy,
      map,
      parameters,
      done,
    };
  };
  const stop = new callbacks.EarlyStopping({ patience: 25, restoreBestWeights: true });
  try {
    yield* eventsOf<Progress>(async (tell) => {
      let last = -1;
      const look = (epoch: number): void => {
        last = epoch;
        tell(progress(epoch));
      };
      const { epoch } = await model.fit(x, y, {
        epochs: setup.epochs,
        batchSize: 16,
        validationData: [xTest, yTest],
        callbacks: [new Look(look), ...(setup.early ? [stop] : [])],
        signal: own.signal,
        verbose: 0,
      });
      // Early stopping has put the best weights back: the last look is at those.
      tell(progress(epoch.at(-1) ?? last, true));
    });
  } finally {
    own.abort();
  }
}

/** Ends the training. */
export const stop = (): void => stopping?.abort();
