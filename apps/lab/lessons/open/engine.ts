import {
  type FileDescription,
  fromData,
  inspectFile,
  type LayerDescription,
  loadModel,
  loadTensors,
  type Model,
  softmax,
  type Tensor,
} from 'gradus';
import { digitFromImage } from 'gradus/data';
import { fetchSiteFile } from '../../engine/files.ts';
import { fitPicture, pointsOf } from '../../engine/fit-picture.ts';
import { PlainError } from '../../engine/plain-error.ts';
import { notAModel, notKnown } from './refusals.ts';

/** A layer of a model, as a row of its graph. */
export interface LayerRow {
  readonly name: string;
  readonly kind: string;
  readonly options: string;
  /** What comes out; empty where the model could not be built. */
  readonly shape: string;
  readonly parameters: number | null;
  /** Rows whose output it takes. */
  readonly from: readonly number[];
  /** How deep it lies in models inside the model. */
  readonly level: number;
}

/** A tensor of a file. */
export interface TensorRow {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** Images that a model takes. */
export interface ImageInput {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
}

/** What is known of a file. */
export interface Opened {
  readonly file: string;
  readonly label: string;
  readonly kind: string;
  readonly size: number;
  readonly model: { readonly name: string; readonly class: string } | null;
  readonly training: FileDescription['training'] | null;
  readonly parameters: number;
  readonly tensorBytes: number;
  readonly layers: readonly LayerRow[];
  readonly tensors: readonly TensorRow[];
  readonly metadata: readonly (readonly [string, string])[];
  /** Present where it takes images and tells classes apart. */
  readonly image: ImageInput | null;
  /** Why a model that the file describes cannot be run. */
  readonly whyNot: string | null;
}

/** What was opened last: the source of its tensors, and the model where it runs. */
let current: { source: File | readonly File[]; model: Model | null; image: ImageInput | null } = {
  source: [],
  model: null,
  image: null,
};

/** Looks into a file, or into the files of a model that has several. */
export async function open(files: readonly File[]): Promise<Opened> {
  const source = files.length === 1 ? files[0] : files;
  let found: FileDescription;
  try {
    found = await inspectFile(source);
  } catch (error) {
    throw notKnown(files[0].name, error as Error);
  }
  if (!found.model && !found.tensors) throw notAModel(found);
  let model: Model | null = null;
  let whyNot: string | null = null;
  if (found.model) {
    try {
      model = await loadModel(source, { compile: false });
    } catch (error) {
      whyNot = (error as Error).message;
    }
  }
  const image = model && imageInput(model);
  current = { source, model, image };
  return {
    file: found.file,
    label: found.label,
    kind: found.kind,
    size: files.reduce((sum, { size }) => sum + size, 0),
    model: found.model ? { name: found.model.name, class: found.model.class } : null,
    training: found.training ?? null,
    parameters: found.parameters ?? 0,
    tensorBytes: found.tensorBytes ?? 0,
    layers: graphOf(model, found.model?.layers ?? []),
    tensors: (found.tensors ?? []) as unknown as readonly TensorRow[],
    // Notes for programs are no use to readers.
    metadata: Object.entries(found.metadata).filter(([, note]) => !/^[{[]/.test(note)),
    image,
    whyNot,
  };
}

/** Opens the network of the first lesson, which is on this site. */
export async function openSample(): Promise<Opened> {
  const bytes = await fetchSiteFile('models/digits.safetensors');
  return open([new File([bytes as Uint8Array<ArrayBuffer>], 'digits.safetensors')]);
}

/** Layers in their order, and whose output each takes: from the graph where there is one, else as the file lists them. */
function graphOf(model: Model | null, described: readonly LayerDescription[]): LayerRow[] {
  const options = new Map<string, string>();
  const note = ({ name, options: told, layers }: LayerDescription): void => {
    options.set(name, textOf(told));
    for (const layer of layers ?? []) note(layer);
  };
  for (const layer of described) note(layer);
  const nodes = model?.graph?.nodes;
  if (!model || !nodes) return listed(described, 0);
  return nodes.map((node, i) => ({
    name: node.layer.name,
    kind: node.layer.className,
    options: options.get(node.layer.name) ?? '',
    shape: node.outputs.map(({ shape }) => shapeText(shape)).join(', '),
    // A layer that is used twice has its parameters once.
    parameters:
      nodes.findIndex(({ layer }) => layer === node.layer) === i ? node.layer.countParams() : 0,
    from: [
      ...new Set(
        node.inputTensors.map((input) => nodes.indexOf(input.node as (typeof nodes)[number])),
      ),
    ],
    level: 0,
  }));
}

function listed(layers: readonly LayerDescription[], level: number): LayerRow[] {
  return layers.flatMap((layer) => [
    {
      name: layer.name,
      kind: layer.class,
      options: textOf(layer.options),
      shape: '',
      parameters: null,
      from: [],
      level,
    },
    ...listed(layer.layers ?? [], level + 1),
  ]);
}

const shapeText = (shape: readonly (number | null)[]): string =>
  shape
    .slice(1)
    .map((n) => n ?? '?')
    .join(' × ');

const textOf = (options: LayerDescription['options']): string =>
  Object.entries(options)
    .filter(([key]) => !/shape/.test(key))
    .map(([key, value]) => `${key} ${Array.isArray(value) ? value.join('×') : String(value)}`)
    .join(', ');

/** Images of a usual size stand for those that may have any. */
const anySide = 128;

function imageInput(model: Model): ImageInput | null {
  if (model.inputs.length !== 1 || model.outputs.length !== 1) return null;
  const [input, output] = [model.inputs[0].shape.slice(1), model.outputs[0].shape.slice(1)];
  const classes = output.length === 1 ? output[0] : null;
  if (classes === null) return null;
  if (input.length === 1 && input[0] === 784 && classes >= 2) {
    return { height: 28, width: 28, channels: 1, classes };
  }
  const [height, width, channels] = input;
  const isImage = input.length === 3 && (channels === 1 || channels === 3);
  if (!isImage) return null;
  return { height: height ?? anySide, width: width ?? anySide, channels, classes };
}

/** How values of a tensor are spread. */
export interface Spread {
  readonly counts: readonly number[];
  readonly least: number;
  readonly most: number;
  readonly mean: number;
  readonly deviation: number;
  readonly zeros: number;
  readonly count: number;
  /** How many are NaN or infinite. */
  readonly notFinite: number;
}

/** A kernel as a small picture: values from -1 to 1; three channels are red, green and blue. */
export interface KernelPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Float32Array;
}

/** What is to be seen of a tensor. */
export interface Look {
  readonly spread: Spread;
  readonly kernels: readonly KernelPicture[];
  /** How many kernels there are in all. */
  readonly kernelCount: number;
}

const bins = 40;
const mostKernels = 48;

/** A tensor's histogram, and its kernels where it is a convolution's. */
export async function look(name: string): Promise<Look> {
  const file = await loadTensors(current.source as File);
  try {
    const tensor = await file.read(name);
    const values = Float64Array.from(await tensor.data(), Number);
    const spread = spreadOf(values);
    return { spread, ...kernelsOf(values, tensor.shape, isHeightFirst(file.kind, tensor.shape)) };
  } finally {
    await file.close();
  }
}

function spreadOf(values: Float64Array): Spread {
  let [least, most, sum, zeros, count] = [Infinity, -Infinity, 0, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
    sum += value;
    count++;
    if (value === 0) zeros++;
  }
  if (count === 0) [least, most] = [0, 0];
  const mean = count ? sum / count : 0;
  const counts = new Array<number>(bins).fill(0);
  let squares = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    squares += (value - mean) ** 2;
    counts[Math.min(bins - 1, Math.floor(((value - least) / (most - least || 1)) * bins))]++;
  }
  return {
    counts,
    least,
    most,
    mean,
    deviation: Math.sqrt(squares / (count || 1)),
    zeros,
    count: values.length,
    notFinite: values.length - count,
  };
}

/** Keras has [height, width, in, out]; PyTorch and Paddle [out, in, height, width]. Where neither is sure, sides are small and alike. */
function isHeightFirst(kind: string, shape: readonly number[]): boolean {
  if (['keras', 'hdf5', 'tfjs'].includes(kind)) return true;
  if (['torch', 'torch-old', 'pickle'].includes(kind)) return false;
  return shape[0] === shape[1] && shape[0] <= 11 && shape[2] !== shape[3];
}

function kernelsOf(
  values: Float64Array,
  shape: readonly number[],
  heightFirst: boolean,
): Pick<Look, 'kernels' | 'kernelCount'> {
  if (shape.length !== 4) return { kernels: [], kernelCount: 0 };
  const [a, b, c, d] = shape;
  const [height, width, inputs, kernels] = heightFirst ? [a, b, c, d] : [c, d, b, a];
  if (height * width < 2 || height > 64 || width > 64) return { kernels: [], kernelCount: 0 };
  const at = (y: number, x: number, input: number, kernel: number): number =>
    heightFirst
      ? values[((y * width + x) * inputs + input) * kernels + kernel]
      : values[((kernel * inputs + input) * height + y) * width + x];
  // Depthwise convolutions of Keras have one kernel for each input.
  const depthwise = heightFirst && kernels === 1 && inputs > 3;
  const count = depthwise ? inputs : kernels;
  const channels = !depthwise && inputs === 3 ? 3 : 1;
  const pictures = Array.from({ length: Math.min(count, mostKernels) }, (_, kernel) => {
    const data = new Float32Array(height * width * channels);
    for (let i = 0; i < data.length; i++) {
      const [place, channel] = [Math.floor(i / channels), i % channels];
      const [y, x] = [Math.floor(place / width), place % width];
      data[i] = depthwise ? at(y, x, kernel, 0) : at(y, x, channel, kernel);
    }
    const most = data.reduce((m, value) => Math.max(m, Math.abs(value)), 0) || 1;
    return { width, height, channels: channels as 1 | 3, data: data.map((v) => v / most) };
  });
  return { kernels: pictures, kernelCount: count };
}

/** How points become the numbers that a network was trained with. */
export type Scaling = 'digit' | 'unit' | 'signed' | 'bytes';

/** What the network makes of a picture. */
export interface Answer {
  /** The picture as it sees it, from 0 to 1, channels last. */
  readonly seen: Float32Array;
  /** One number a class, from 0 to 1. */
  readonly shares: Float32Array;
}

/** Tries the model on a picture. */
export async function tryOn(picture: ImageData, scaling: Scaling): Promise<Answer> {
  const { model, image } = current;
  if (!model || !image) throw new Error('the model takes no images');
  const [multiply, add] =
    scaling === 'signed' ? [2 / 255, -1] : [scaling === 'bytes' ? 1 : 1 / 255, 0];
  const { height, width, channels } = image;
  const points =
    scaling === 'digit' ? digitOf(picture) : pointsOf(fitPicture(picture, height, width), channels);
  const flat = model.inputs[0].shape.length === 2;
  const x = fromData(
    Float32Array.from(points, (value) => value * multiply + add),
    flat ? [1, height * width] : [1, height, width, channels],
  );
  const y = (await model.predict(x, { verbose: 0 })) as Tensor;
  return { seen: Float32Array.from(points, (value) => value / 255), shares: sharesOf(y) };
}

/** A digit in the middle of 28 x 28 points, light on black, as MNIST has it. */
function digitOf(picture: ImageData): ArrayLike<number> {
  const { width, height } = picture;
  const data = pointsOf(fitPicture(picture, height, width), 1).map((value) => value / 255);
  try {
    return digitFromImage({ width, height, data }).pixels;
  } catch {
    throw new PlainError({
      en: 'No digit can be seen: it needs one digit that stands out from an even background.',
      zh: '看不出数字：需要一个与均匀背景分明的数字。',
    });
  }
}

/** Probabilities, also of a model that gives scores. */
function sharesOf(y: Tensor): Float32Array {
  const values = y.dataSync() as Float32Array;
  const sum = values.reduce((a, b) => a + b, 0);
  const already = values.every((v) => v >= 0 && v <= 1) && (values.length === 1 || sum < 1.01);
  return Float32Array.from((already ? y : softmax(y)).dataSync() as Float32Array);
}
