import { gradients, noGrad } from '../autograd/index.ts';
import { classNameOf, serialize, withCustomObjects } from '../config/index.ts';
import {
  deserializeLayer,
  flattenStructure as flatten,
  Input,
  isSymbolic,
  type KerasTensor,
  type Layer,
  type Structure,
} from '../layers/index.ts';
import { cast, fromData, mul, random, sum, tensor, zeros } from '../ops/index.ts';
import {
  type DType,
  formatShape,
  GradusError,
  isFloat,
  type Shape,
  Tensor,
} from '../tensor/index.ts';
import { Model, modelFromBytes, modelToBytes } from '../training/index.ts';
import { checkGradient } from './check-gradient.ts';

/** What a layer is checked with. */
export interface CheckLayerOptions {
  /** Shape of the input, the batch first; a list of shapes for layers of several inputs. */
  readonly inputShape: Shape | readonly Shape[];
  /** Type of the inputs; integers are drawn from 0 to `largest`. */
  readonly inputDtype?: DType;
  /** Largest integer, or bound of the numbers; 1 by default. */
  readonly largest?: number;
  /** Further arguments of the call. */
  readonly call?: Readonly<Record<string, unknown>>;
  /** Whether the gradient is compared with finite differences; not for layers that have none. */
  readonly gradient?: boolean;
  /** Whether a model with the layer is trained for a step; not for layers whose result is no number of the loss. */
  readonly fit?: boolean;
  /** Whether the layer can be saved; not for those with functions of user code. */
  readonly save?: boolean;
  /** Difference allowed between gradients. */
  readonly tolerance?: number;
}

/**
 * Checks that a layer keeps what layers promise: its config builds an equal layer, it is built at its first call, the shape and
 * type that it says beforehand are those that it gives, a float64 layer computes in float64, gradients agree
 * with finite differences, and a model with it can be trained, saved and loaded. Throws a GradusError that says what does not
 * hold.
 * @example await checkLayer(() => dense(4, 'tanh'), { inputShape: [3, 5] });
 */
export async function checkLayer(
  make: () => Layer,
  {
    inputShape,
    inputDtype = 'float32',
    largest = 1,
    call = {},
    gradient = true,
    fit = true,
    save = true,
    tolerance = 1e-5,
  }: CheckLayerOptions,
): Promise<void> {
  const several = Array.isArray(inputShape[0]);
  const shapes = (several ? inputShape : [inputShape]) as readonly Shape[];
  const draw = (dtype: DType): Tensor[] =>
    shapes.map((shape, i) => drawInput(shape, dtype, largest, i + 1));
  const group = <T>(list: readonly T[]): T | readonly T[] => (several ? list : list[0]);
  const layer = make();
  const fail = (what: string): never => {
    throw new GradusError(`checkLayer: ${layer.className}: ${what}`);
  };

  checkConfig(layer, fail);
  if (layer.weights.length > 0 && !layer.built) fail('has weights before it is built');

  const symbolic = shapes.map((shape) => Input({ shape: shape.slice(1), dtype: inputDtype }));
  const promised = flatten(layer.apply(group(symbolic), call) as unknown as Structure<KerasTensor>);
  if (!layer.built) fail('is not built by a symbolic call');
  const given = outputsOf(layer, group(draw(inputDtype)), call);
  checkPromise(promised, given, fail);
  checkWeights(layer, fail);

  const copy = copyOf(layer);
  copy.apply(group(draw(inputDtype)), call);
  copy.setWeights(layer.getWeights());
  const again = outputsOf(copy, group(draw(inputDtype)), call);
  again.forEach((y, i) => {
    if (!sameNumbers(y, given[i])) fail('gives other results with the same config and weights');
  });

  if (isFloat(inputDtype) || layer.trainableWeights.length > 0) {
    const wide = isFloat(inputDtype) ? 'float64' : inputDtype;
    const double = copyOf(layer, 'float64');
    for (const y of outputsOf(double, group(draw(wide)), call)) {
      if (isFloat(y.dtype) && y.dtype !== 'float64') fail(`gives ${y.dtype} in float64`);
    }
    if (gradient) checkGradients(double, draw(wide), group, call, tolerance, fail);
  }
  if (fit || save)
    await checkModel(make, shapes, inputDtype, { fit, save, call, draw, group, fail });
}

type Group = <T>(list: readonly T[]) => T | readonly T[];
type Fail = (what: string) => never;
type Call = Readonly<Record<string, unknown>>;

function drawInput(shape: Shape, dtype: DType, largest: number, seed: number): Tensor {
  if (isFloat(dtype)) {
    // Away from whole and half numbers, where many functions have kinks.
    const drawn = random.uniform(shape, { minval: -largest, maxval: largest, seed });
    return cast(drawn, dtype);
  }
  return cast(random.randint(shape, 0, largest + 1, { seed }), dtype);
}

const outputsOf = (layer: Layer, inputs: Tensor | readonly Tensor[], call: Call): Tensor[] =>
  flatten(noGrad(() => layer.apply(inputs as Tensor, call)) as unknown as Structure<Tensor>);

const sameNumbers = (a: Tensor, b: Tensor): boolean => {
  const [x, y] = [a.dataSync(), b.dataSync()];
  return x.length === y.length && x.every((value, i) => Object.is(value, y[i]) || value === y[i]);
};

/** A layer with the same config, of another type where one is given: it and the layers within. */
function copyOf(layer: Layer, dtype?: DType): Layer {
  const Class = layer.constructor as unknown as { fromConfig(config: object): Layer };
  const typed = (key: string, value: unknown): unknown =>
    key === 'dtype' && dtype !== undefined ? dtype : value;
  return Class.fromConfig(JSON.parse(JSON.stringify(layer.getConfig()), typed));
}

/** User code's classes by name, so that checks find them as loading would. */
const ownClass = (layer: Layer): Record<string, unknown> => ({
  [classNameOf(layer.constructor as unknown as { className: string; name: string })]:
    layer.constructor,
});

function checkConfig(layer: Layer, fail: Fail): void {
  const file = serialize(layer);
  const text = JSON.stringify(file);
  const again = withCustomObjects(ownClass(layer), () => deserializeLayer(JSON.parse(text)));
  if (again.constructor !== layer.constructor) fail(`its file gives a ${again.className}`);
  const repeated = JSON.stringify(serialize(again));
  if (repeated !== text) fail(`its file ${text} gives a layer with the file ${repeated}`);
}

function checkPromise(
  promised: readonly KerasTensor[],
  given: readonly Tensor[],
  fail: Fail,
): void {
  if (promised.length !== given.length) {
    fail(`promises ${promised.length} results and gives ${given.length}`);
  }
  promised.forEach(({ shape, dtype }, i) => {
    const y = given[i];
    const fits =
      shape.length === y.rank && shape.every((n, axis) => n === null || n === y.shape[axis]);
    if (!fits) fail(`promises shape ${formatShape(shape)} and gives ${formatShape(y.shape)}`);
    if (dtype !== y.dtype) fail(`promises ${dtype} and gives ${y.dtype}`);
  });
}

function checkWeights(layer: Layer, fail: Fail): void {
  const { weights, trainableWeights, nonTrainableWeights } = layer;
  if (trainableWeights.length + nonTrainableWeights.length !== weights.length) {
    fail('has weights that are neither trainable nor not');
  }
  const size = weights.reduce((total, weight) => total + weight.size, 0);
  if (layer.countParams() !== size) fail('counts its weights wrongly');
  const paths = weights.map(({ path }) => path);
  if (new Set(paths).size !== paths.length) fail(`has weights of one name: ${paths.join(', ')}`);
  for (const path of paths) {
    if (!path.startsWith(`${layer.name}/`)) fail(`has a weight outside of it: ${path}`);
  }
}

function checkGradients(
  layer: Layer,
  inputs: readonly Tensor[],
  group: Group,
  call: Call,
  tolerance: number,
  fail: Fail,
): void {
  const result = (...xs: Tensor[]): Tensor =>
    flatten(layer.apply(group(xs) as Tensor, call) as unknown as Structure<Tensor>)
      .filter(({ dtype }) => isFloat(dtype))
      .map(weighted)
      .reduce((a, b) => a.add(b));
  checkGradient(result, inputs, { tolerance });
  for (const weight of layer.trainableWeights) {
    const [slope] = gradients([result(...inputs)], [weight], { allowUnused: true });
    const start = tensor(weight);
    const values = Float64Array.from(start.dataSync());
    const few = Math.max(1, Math.floor(values.length / 5));
    for (let i = 0; i < values.length; i += few) {
      const h = 1e-5 * Math.max(1, Math.abs(values[i]));
      const at = (value: number): number => {
        weight.assign(fromData(values.with(i, value), weight.shape));
        return noGrad(() => result(...inputs)).item();
      };
      const numeric = (at(values[i] + h) - at(values[i] - h)) / (2 * h);
      const analytic = slope ? slope.dataSync()[i] : 0;
      const allowed = tolerance * Math.max(1, Math.abs(numeric), Math.abs(analytic));
      if (!(Math.abs(numeric - analytic) <= allowed)) {
        fail(
          `gradient of ${weight.path}, element ${i}: backward gives ${analytic}, ` +
            `finite differences ${numeric}`,
        );
      }
    }
    weight.assign(start);
  }
}

/** A scalar in which each element has a weight of its own. */
function weighted(y: Tensor): Tensor {
  const weights = Float64Array.from({ length: y.size }, (_, i) => 0.5 + ((i * 0.618034) % 1));
  return sum(mul(y, fromData(weights, y.shape)));
}

interface ModelCheck {
  readonly fit: boolean;
  readonly save: boolean;
  readonly call: Call;
  readonly draw: (dtype: DType) => Tensor[];
  readonly group: Group;
  readonly fail: Fail;
}

async function checkModel(
  make: () => Layer,
  shapes: readonly Shape[],
  dtype: DType,
  { fit, save, call, draw, group, fail }: ModelCheck,
): Promise<void> {
  const layer = make();
  const inputs = shapes.map((shape) => Input({ shape: shape.slice(1), dtype }));
  const [output] = flatten(layer.apply(group(inputs), call) as unknown as Structure<KerasTensor>);
  if (!isSymbolic(output)) fail('gives nothing symbolic for symbolic inputs');
  const model = new Model({ inputs, outputs: output });
  const data = draw(dtype);
  const trained = fit && isFloat(output.dtype) && layer.trainableWeights.length > 0;
  if (trained) {
    const before = layer.trainableWeights.map((weight) => tensor(weight));
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const labels = zeros(outputsOf(layer, group(data), call)[0].shape);
    await model.fit(data, labels, { epochs: 1, batchSize: shapes[0][0], verbose: 0 });
    layer.trainableWeights.forEach((weight, i) => {
      if (!weight.isFinite().all().item()) fail(`training makes ${weight.path} infinite`);
      if (sameNumbers(weight, before[i])) fail(`training does not change ${weight.path}`);
    });
  }
  if (!save) return;
  const loaded = withCustomObjects(ownClass(layer), async () => {
    const bytes = await modelToBytes(model);
    return modelFromBytes(bytes, { customObjects: ownClass(layer) });
  });
  const [a, b] = [
    await model.predict(data, { verbose: 0 }),
    await (await loaded).predict(data, { verbose: 0 }),
  ];
  flatten(a as Structure<Tensor>).forEach((y, i) => {
    const other = flatten(b as Structure<Tensor>)[i];
    if (!(y instanceof Tensor) || !sameNumbers(y, other)) fail('gives other results once loaded');
  });
}
