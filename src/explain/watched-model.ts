import {
  Activation,
  Dense,
  type KerasTensor,
  type Layer,
  type LayerNode,
  Softmax,
} from '../layers/index.ts';
import { dense } from '../ops/index.ts';
import { formatShape, ShapeError, type Tensor, ValueError } from '../tensor/index.ts';
import { Model } from '../training/index.ts';

/** A model that also gives what a layer gives, and its scores before the softmax. */
export interface WatchedModel {
  /** The layer that is watched. */
  readonly layer: Layer;
  /** Its output and the logits [n, classes] for images; recorded for gradients where the images are. */
  run(images: Tensor): { activation: Tensor; logits: Tensor };
  /** Its logits alone, unrecorded and by plan. */
  predict(images: Tensor): Promise<Tensor>;
}

/** The layer by its name or place; without one, the last that gives maps [n, height, width, channels]. */
export function layerOf(what: string, model: Model, which?: string | number): Layer {
  if (which !== undefined) return model.getLayer(which);
  const nodes = graphOf(what, model);
  const found = nodes.findLast(
    ({ outputs: [{ rank, shape }] }) =>
      rank === 4 && shape.slice(1, 3).every((n) => n === null || n > 1),
  );
  if (found) return found.layer;
  throw new ValueError(
    `${what}: no layer of ${model.name} gives maps [n, height, width, channels]; name the layer to look at`,
  );
}

const graphOf = (what: string, model: Model): readonly LayerNode[] => {
  if (model.graph && model.inputs.length === 1 && model.outputs.length === 1) {
    return model.graph.nodes;
  }
  throw new ValueError(
    `${what}: ${model.name} must be made of layers between one Input and one output; wrap it in such a model`,
  );
};

/** The model from its images to a layer's output and to its logits. */
export function watch(what: string, model: Model, which?: string | number): WatchedModel {
  const layer = layerOf(what, model, which);
  const nodes = graphOf(what, model);
  const node = nodes.find((one) => one.layer === layer) as LayerNode;
  const [output] = model.outputs;
  const last = output.node as LayerNode;
  const ends = new Set<unknown>(['softmax', 'sigmoid']);
  const isEnd =
    last.layer instanceof Softmax ||
    (last.layer instanceof Activation && ends.has(last.layer.activation.config));
  const isProduct = last.layer instanceof Dense && ends.has(last.layer.activation.config);
  const before = isEnd || isProduct ? (last.inputs as KerasTensor) : output;
  const both = new Model({ inputs: model.inputs[0], outputs: [node.outputs[0], before] });
  const alone = new Model({ inputs: model.inputs[0], outputs: before });
  const logitsOf = (scores: Tensor): Tensor => {
    if (!isProduct) return scores;
    const { kernel, bias } = last.layer as Dense;
    return dense(scores, kernel, bias ?? undefined);
  };
  return {
    layer,
    run(images) {
      const [activation, scores] = both.apply(images, { training: false }) as unknown as Tensor[];
      return { activation, logits: logitsOf(scores) };
    },
    async predict(images) {
      const scores = await alone.predict(images, { batchSize: images.shape[0], verbose: 0 });
      return logitsOf(scores.detach());
    },
  };
}

/** Images [n, height, width, channels] as the model takes them; one image may come without n. */
export function batchOf(what: string, model: Model, images: Tensor): Tensor {
  const shape = model.inputs[0]?.shape ?? [];
  const batch = images.rank === shape.length - 1 ? images.expandDims(0) : images;
  const fits =
    batch.rank === shape.length && shape.every((n, i) => n === null || n === batch.shape[i]);
  if (fits && batch.rank === 4) return batch;
  throw new ShapeError(
    `${what}: expected images ${formatShape(shape.map((n) => n ?? -1))} as ${model.name} takes them, received ` +
      formatShape(images.shape),
  );
}

/** A class for each image: the given one, or the likeliest. For a model with one score, 1 or 0. */
export async function chosenClasses(
  what: string,
  logits: Tensor,
  given: number | readonly number[] | undefined,
): Promise<number[]> {
  const [count, outputs] = logits.shape;
  const classes = Math.max(2, outputs);
  if (given !== undefined) {
    const list = typeof given === 'number' ? new Array<number>(count).fill(given) : [...given];
    const good = (n: number) => Number.isSafeInteger(n) && n >= 0 && n < classes;
    if (list.length === count && list.every(good)) return list;
    throw new ValueError(
      `${what}: classIndex must be from 0 to ${classes - 1}, one or one for each of ${count} images, received ${given}`,
    );
  }
  if (outputs === 1) return Array.from(await logits.data(), (score) => Number(score > 0));
  return Array.from(await logits.argmax(1).data(), Number);
}

/** Factors [n, outputs] that leave each image the score of its class. */
export function selection(classes: readonly number[], outputs: number): Float32Array {
  const factors = new Float32Array(classes.length * outputs);
  classes.forEach((label, i) => {
    if (outputs === 1) factors[i] = label ? 1 : -1;
    else factors[i * outputs + label] = 1;
  });
  return factors;
}
