import type { Layer } from 'gradus';
import { fromData } from 'gradus';

/** A number from -1 to 1 that follows from two whole numbers: the last steps of MurmurHash3 (A. Appleby, public domain). */
function scattered(stream: number, i: number): number {
  let h = (i + Math.imul(stream, 0x9e3779b9)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  h = (h ^ (h >>> 16)) >>> 0;
  return h / 2 ** 31 - 1;
}

/** Middle and reach of weights other than kernels. */
const ranges: Record<string, readonly [number, number]> = {
  bias: [0, 0.1],
  beta: [0, 0.1],
  gamma: [1, 0.1],
  moving_mean: [0, 0.1],
  moving_variance: [1, 0.1],
};

/** Sets the weights of layers by a formula that keeps activations in range; bench/peers/keras_infer.py has the same. */
export function setFormulaWeights(layers: readonly Layer[]): void {
  let stream = 0;
  for (const layer of layers) {
    for (const weight of layer.weights) {
      stream++;
      const { name, shape, size } = weight;
      const inputs = layer.className === 'DepthwiseConv2D' ? shape.slice(0, 2) : shape.slice(0, -1);
      const fanIn = inputs.reduce((a, b) => a * b, 1);
      const [middle, reach] = ranges[name] ?? [0, Math.sqrt(6 / fanIn)];
      const data = new Float32Array(size);
      for (let i = 0; i < size; i++) data[i] = middle + reach * scattered(stream, i);
      weight.assign(fromData(data, shape));
    }
  }
}

/** Images of numbers from -1 to 1, the same in bench/peers/keras_infer.py. */
export function formulaImages(batch: number, size: number) {
  const shape = [batch, size, size, 3];
  const data = Float32Array.from({ length: batch * size * size * 3 }, (_, i) => scattered(0, i));
  return fromData(data, shape);
}

/** Few numbers by which it shows that two engines computed the same. */
export function logitsDigest(logits: readonly number[]) {
  const short = (value: number): number => Number(value.toPrecision(4));
  const mean = logits.reduce((a, b) => a + b, 0) / logits.length;
  const square = logits.reduce((a, b) => a + b * b, 0) / logits.length;
  return {
    logits_mean: short(mean),
    logits_rms: short(Math.sqrt(square)),
    logits_top: logits.indexOf(logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)),
    logits_first: logits.slice(0, 3).map(short),
  };
}
