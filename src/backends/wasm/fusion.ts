import { type Expr, input, substitute } from '../../expr/index.ts';
import { isRowMajor, type Storage, sameShape, type View } from '../../tensor/index.ts';
import type { Launch, PoolAttributes } from '../kernels.ts';
import {
  type ConvShape,
  canPool,
  convShape,
  type FusedPooling,
  suitsBothGradients,
  suitsMaximaGradients,
  suitsWinograd,
  suitsWinogradInputGrad,
} from './kernels/conv/index.ts';
import { canLower, type Following } from './kernels/formula.ts';
import { isDenseFloat } from './kernels/layout.ts';
import { coversExactly } from './kernels/pool2d.ts';

type LaunchOf<K extends Launch['kernel']> = Extract<Launch, { kernel: K }>;

/**
 * Joins launches of a plan where one kernel does the work of two on its way, with the same bits: a convolution and an
 * activation of its result; a convolution and the 2x2 maximum pooling of its result; a gradient and the formula that it
 * alone goes into; the gradients of a convolution's input and filter, which look for the same elements that are not zero; and
 * all of a convolution, the pooling of its result and the gradients behind it.
 */
export const fuse = (launches: readonly Launch[], transient: ReadonlySet<Storage>): Launch[] =>
  [fuseActivation, fuseFollowing, fuseBothGradients, fuseMaxima, fusePooling].reduce(
    (joined, join) => rewrite(joined, transient, join),
    launches.map(inMemoryOrder),
  );

/** What a way of joining sees of the launch that it looks at: the list, the launch's place, and who uses which storage. */
interface Around {
  readonly launches: readonly Launch[];
  readonly place: number;
  /** Whether the step is over with a storage after one launch has written and one has read it. */
  passesOn(storage: Storage): boolean;
  isWrittenOnce(storage: Storage): boolean;
  /** Whether the step is over with a storage after one launch has written and `readers` have read it. */
  isOnlyFor(storage: Storage, readers: readonly Launch[]): boolean;
  /** Leaves out a launch whose work another one does. */
  drop(launch: Launch): void;
  isDropped(launch: Launch): boolean;
  /** Puts another launch in the place of one. */
  replace(launch: Launch, by: Launch): void;
}

/** Replaces launches by what `join` makes of them, without those that it drops. */
function rewrite(
  launches: readonly Launch[],
  transient: ReadonlySet<Storage>,
  join: (launch: Launch, around: Around) => Launch,
): Launch[] {
  const readers = countUses(launches.map(({ inputs }) => inputs));
  const writers = countUses(launches.map(({ outputs }) => outputs));
  const isWrittenOnce = (storage: Storage): boolean => writers.get(storage) === 1;
  const dropped = new Set<Launch>();
  const replaced = new Map<Launch, Launch>();
  const around = {
    launches,
    isWrittenOnce,
    isOnlyFor: (storage: Storage, by: readonly Launch[]) =>
      transient.has(storage) &&
      isWrittenOnce(storage) &&
      launches.every((launch) => by.includes(launch) || !reads(launch, storage)),
    passesOn: (storage: Storage) =>
      transient.has(storage) && isWrittenOnce(storage) && readers.get(storage) === 1,
    drop: (launch: Launch) => dropped.add(launch),
    isDropped: (launch: Launch) => dropped.has(launch),
    replace: (launch: Launch, by: Launch) => replaced.set(launch, by),
  };
  return launches
    .map((launch, place) => (dropped.has(launch) ? launch : join(launch, { ...around, place })))
    .map((joined, place) => replaced.get(launches[place]) ?? joined)
    .filter((_, place) => !dropped.has(launches[place]));
}

/** A formula over views of one dense layout, as views with their axes in the order of memory: a channels-first view is one. */
function inMemoryOrder(launch: Launch): Launch {
  if (launch.kernel !== 'elementwise') return launch;
  const [{ shape, strides }] = launch.outputs;
  const views = [...launch.inputs, ...launch.outputs];
  const alike = views.every(
    (view) => sameShape(view.shape, shape) && sameShape(view.strides, strides),
  );
  if (!alike || isRowMajor(shape, strides)) return launch;
  const order = shape.map((_, axis) => axis).sort((a, b) => strides[b] - strides[a] || a - b);
  const pick = (list: readonly number[]): number[] => order.map((axis) => list[axis]);
  if (!isRowMajor(pick(shape), pick(strides))) return launch;
  const turned = ({ storage, offset, dtype }: View): View => ({
    storage,
    shape: pick(shape),
    strides: pick(strides),
    offset,
    dtype,
  });
  return { ...launch, inputs: launch.inputs.map(turned), outputs: launch.outputs.map(turned) };
}

/** A convolution with the formula that alone reads its result. */
function fuseActivation(launch: Launch, { launches, place, passesOn, drop }: Around): Launch {
  if (launch.kernel !== 'conv2d' || launch.attributes.activation) return launch;
  const [y] = launch.outputs;
  if (!passesOn(y.storage)) return launch;
  const at = launches.findIndex((other) => other.inputs[0]?.storage === y.storage);
  const next = launches[at];
  if (next?.kernel !== 'elementwise' || next.inputs.length !== 1) return launch;
  const [target, ...more] = next.outputs;
  const [activation] = next.attributes.formulas;
  const fits = [next.inputs[0], target].every((view) => sameLayout(view, y));
  // The result is written earlier than it was: nobody may use its place in between.
  const busy = launches.slice(place, at).some((other) => uses(other, target.storage));
  if (more.length || !fits || busy || !canLower(activation)) return launch;
  drop(next);
  return { ...launch, outputs: [target], attributes: { ...launch.attributes, activation } };
}

/** A convolution with the maxima of its result's 2x2 squares, in place of the result where they alone are read. */
function fusePooling(launch: Launch, around: Around): Launch {
  if (launch.kernel !== 'conv2d' || (launch.attributes as FusedPooling).pooling) return launch;
  const [y] = launch.outputs;
  const pool = poolingOf(launch, around);
  if (!pool) return launch;
  const alone = around.isOnlyFor(y.storage, [pool]);
  if (!alone && !suitsWinograd(shapeOf(launch))) return launch;
  around.drop(pool);
  const attributes: LaunchOf<'conv2d'>['attributes'] & FusedPooling = {
    ...launch.attributes,
    pooling: alone ? 'only' : 'too',
  };
  return { ...launch, outputs: alone ? pool.outputs : [y, ...pool.outputs], attributes };
}

/** The maximum pooling of a convolution's result, if the convolution may do it on its way. */
function poolingOf(
  conv: LaunchOf<'conv2d'>,
  { launches, isWrittenOnce }: Around,
): LaunchOf<'pool2d'> | null {
  const [y] = conv.outputs;
  if (!isWrittenOnce(y.storage)) return null;
  const place = launches.indexOf(conv);
  const at = launches.findIndex((other, i) => i > place && isPoolingOf(other, y));
  if (at === -1) return null;
  const pool = launches[at] as LaunchOf<'pool2d'>;
  // The maxima are written earlier than they were: nobody may use their place in between.
  const [target] = pool.outputs;
  const busy = launches.slice(place, at).some((other) => uses(other, target.storage));
  return busy || !mayPool(conv, pool) ? null : pool;
}

/** A formula, such as an activation's gradient, with the gradient of a pooling or of a convolution's input before it. */
function fuseFollowing(launch: Launch, { launches, place, passesOn, drop }: Around): Launch {
  if (launch.kernel !== 'elementwise' || launch.inputs.length !== 2) return launch;
  const [out, ...more] = launch.outputs;
  const [formula] = launch.attributes.formulas;
  const fits = launch.inputs.every((view) => sameLayout(view, out));
  if (more.length || !fits || !canLower(formula)) return launch;
  for (const [i, view] of launch.inputs.entries()) {
    if (!passesOn(view.storage)) continue;
    const at = launches.findIndex((other) => other.outputs[0]?.storage === view.storage);
    const producer = launches[at];
    if (at === -1 || at > place || !sameLayout(producer.outputs[0], view)) continue;
    const other = launch.inputs[1 - i];
    // The gradient is computed later than it was: what it is computed from must still be there.
    const changed = launches
      .slice(at + 1, place)
      .some((between) => writesInputOf(between, producer));
    if (changed || !canFollow(producer, other)) continue;
    drop(producer);
    const following = substitute(formula, i === 0 ? [] : swapped);
    const inputs = producer.kernel === 'pool2dGrad' ? producer.inputs : [...producer.inputs, other];
    const attributes = { ...producer.attributes, following };
    return { ...producer, inputs, outputs: [out], attributes } as Launch;
  }
  return launch;
}

/** Both gradients of a convolution, in the place of the second. */
function fuseBothGradients(launch: Launch, around: Around): Launch {
  const { launches, place, drop, isDropped } = around;
  const before = launches.findIndex((other) => areBothGradients(other, launch));
  if (before === -1 || before > place) return launch;
  const earlier = launches[before];
  // The earlier one is computed later than it was.
  const busy = launches
    .slice(before + 1, place)
    .some(
      (between) =>
        earlier.outputs.some(({ storage }) => uses(between, storage)) ||
        writesInputOf(between, earlier),
    );
  if (busy || isDropped(earlier)) return launch;
  drop(earlier);
  const [ofFilter, ofInput] =
    launch.kernel === 'conv2dFilterGrad' ? [launch, earlier] : [earlier, launch];
  const attributes = { ...ofInput.attributes, withInputGrad: true };
  return {
    kernel: 'conv2dFilterGrad',
    inputs: [...ofFilter.inputs, ...ofInput.inputs.slice(1)],
    outputs: [...ofFilter.outputs, ...ofInput.outputs],
    attributes,
  } as Launch;
}

/**
 * A convolution, the maxima of its result's 2x2 squares, what their gradients pass on, and the convolution's own gradients
 * with the sum of dy over all pixels: these need the places of the maxima, neither the result nor a picture of dy.
 */
function fuseMaxima(launch: Launch, around: Around): Launch {
  const { launches, place, isOnlyFor } = around;
  if (launch.kernel !== 'conv2dFilterGrad') return launch;
  const [x, dy] = launch.inputs;
  const from = launches.findIndex(({ outputs }) => outputs[0]?.storage === dy.storage);
  const passing = launches[from];
  if (passing?.kernel !== 'pool2dGrad' || from > place) return launch;
  const { following } = passing.attributes as Following;
  if (following && !isZeroAtZero(following)) return launch;
  const [gradient, y] = passing.inputs;
  const conv = launches.find((other) => other.outputs[0]?.storage === y?.storage);
  if (conv?.kernel !== 'conv2d' || ![gradient, y, dy, x].every(isDenseFloat)) return launch;
  const pool = poolingOf(conv, around);
  if (!pool || !isOnlyFor(y.storage, [pool, passing])) return launch;
  const [maxima] = pool.outputs;
  const alike = sameLayout(maxima, gradient) && sameLayout(conv.outputs[0], dy);
  if (!alike || !isSquareMaximum(passing.attributes)) return launch;
  if (!suitsMaximaGradients(convShape(x, launch.outputs[0], dy, launch.attributes))) return launch;
  const sums = launches.filter((other) => isSumOverPixels(other, dy));
  const users = [launch, ...sums];
  if (sums.length > 1 || !isOnlyFor(dy.storage, users)) return launch;
  // What dy is made of must still be there, and nobody may use the place of the sum between its old and its new time.
  const changed = launches
    .slice(from + 1, place)
    .some((other) => writesInputOf(other, passing) || writes(other, maxima.storage));
  const at = sums.length ? launches.indexOf(sums[0]) : place;
  const busy = launches
    .slice(Math.min(at, place), Math.max(at, place))
    .some((other) => !users.includes(other) && sums.some((sum) => usesOutputOf(other, sum)));
  if (changed || busy || !around.isWrittenOnce(maxima.storage)) return launch;
  for (const other of [pool, passing, ...sums]) around.drop(other);
  const places = { ...maxima, storage: y.storage, offset: y.offset };
  around.replace(conv, {
    ...conv,
    outputs: [maxima, places],
    attributes: { ...conv.attributes, pooling: 'places' },
  } as Launch);
  const behindMaxima = { following, withBiasGrad: sums.length === 1 };
  return {
    ...launch,
    inputs: [x, gradient, ...launch.inputs.slice(2), maxima, places],
    outputs: [...launch.outputs, ...sums.flatMap(({ outputs }) => outputs)],
    attributes: { ...launch.attributes, behindMaxima },
  } as Launch;
}

/** Whether a launch adds up all pixels of dy. */
const isSumOverPixels = (launch: Launch, dy: View): boolean =>
  launch.kernel === 'reduce' &&
  launch.inputs.length === 1 &&
  launch.inputs[0].storage === dy.storage &&
  sameLayout(launch.inputs[0], dy) &&
  launch.attributes.op === 'sum' &&
  launch.attributes.formula.op === 'input' &&
  launch.attributes.axes.join() === '0,1,2' &&
  launch.outputs.every(isDenseFloat);

/** Whether a formula is 0 where its input 0 is, whatever finite number the other one is. */
function isZeroAtZero({ op, args, value }: Expr): boolean {
  switch (op) {
    case 'input':
    case 'const':
      return value === 0;
    case 'neg':
      return isZeroAtZero(args[0]);
    case 'mul':
      return args.some(isZeroAtZero);
    case 'select':
      return args.slice(1).every(isZeroAtZero);
    default:
      return false;
  }
}

/** Whether a launch changes what another one reads. */
const writesInputOf = (launch: Launch, { inputs }: Launch): boolean =>
  inputs.some(({ storage }) => writes(launch, storage));

/** Whether two launches are the gradients of one convolution whose elements may be listed. */
function areBothGradients(a: Launch, b: Launch): boolean {
  const both = [a, b];
  const ofInput = both.find(({ kernel }) => kernel === 'conv2dInputGrad');
  const ofFilter = both.find(({ kernel }) => kernel === 'conv2dFilterGrad');
  if (!ofInput || !ofFilter) return false;
  const [dy, filter] = ofInput.inputs;
  const [x, dyToo] = ofFilter.inputs;
  const same = dy.storage === dyToo.storage && dy.offset === dyToo.offset;
  const views = [dy, dyToo, filter, x, ...ofInput.outputs, ...ofFilter.outputs];
  if (!same || !views.every(isDenseFloat)) return false;
  const [first, second] = [ofInput, ofFilter].map((launch) => {
    const [image, kernel] =
      launch === ofInput ? [launch.outputs[0], filter] : [x, launch.outputs[0]];
    return convShape(image, kernel, dy, (launch as LaunchOf<'conv2dFilterGrad'>).attributes);
  });
  return JSON.stringify(first) === JSON.stringify(second) && suitsBothGradients(first);
}

const swapped = [input(1), input(0)];

/** Dense, of the same shape, and float32. */
const sameLayout = (a: View, b: View): boolean =>
  isDenseFloat(a) && isDenseFloat(b) && sameShape(a.shape, b.shape);

/** Whether the producer's kernel can put its result through a formula of it and of `other`. */
function canFollow(producer: Launch, other: View): boolean {
  if (producer.kernel === 'pool2dGrad') {
    const [dy, x] = producer.inputs;
    const [dx] = producer.outputs;
    return (
      x?.storage === other.storage &&
      x.offset === other.offset &&
      sameLayout(x, dx) &&
      isDenseFloat(dy) &&
      coversExactly(dx.shape, dy.shape, producer.attributes)
    );
  }
  if (producer.kernel !== 'conv2dInputGrad') return false;
  const [dy, filter] = producer.inputs;
  const [dx] = producer.outputs;
  if (![dy, filter, dx].every(isDenseFloat)) return false;
  return suitsWinogradInputGrad(convShape(dx, filter, dy, producer.attributes));
}

const uses = (launch: Launch, storage: Storage): boolean =>
  reads(launch, storage) || writes(launch, storage);

const writes = ({ outputs }: Launch, storage: Storage): boolean =>
  outputs.some((view) => view.storage === storage);

const reads = ({ inputs }: Launch, storage: Storage): boolean =>
  inputs.some((view) => view.storage === storage);

const usesOutputOf = (launch: Launch, { outputs }: Launch): boolean =>
  outputs.some(({ storage }) => uses(launch, storage));

const isPoolingOf = (launch: Launch, y: View): boolean =>
  launch.kernel === 'pool2d' &&
  launch.inputs[0].storage === y.storage &&
  isSquareMaximum(launch.attributes);

/** In how many places each storage appears. */
function countUses(lists: readonly (readonly View[])[]): Map<Storage, number> {
  const uses = new Map<Storage, number>();
  for (const { storage } of lists.flat()) uses.set(storage, (uses.get(storage) ?? 0) + 1);
  return uses;
}

const isSquareMaximum = ({ op, size, strides, padding, dilation }: PoolAttributes): boolean =>
  op === 'max' &&
  [...size, ...strides].every((n) => n === 2) &&
  dilation.every((n) => n === 1) &&
  padding.flat().every((n) => n === 0);

/** Whether the convolution has a kernel that pools, which takes dense operands alone. */
function mayPool(conv: LaunchOf<'conv2d'>, pool: LaunchOf<'pool2d'>): boolean {
  const [y] = conv.outputs;
  const [pooled] = pool.inputs;
  const { activation } = conv.attributes;
  const same = sameShape(pooled.shape, y.shape) && pooled.offset === y.offset;
  const dense = [...conv.inputs, y, pooled, ...pool.outputs].every(isDenseFloat);
  if (!same || !dense || (activation && !canLower(activation))) return false;
  return canPool(shapeOf(conv));
}

const shapeOf = ({
  inputs: [x, filter],
  outputs: [y],
  attributes,
}: LaunchOf<'conv2d'>): ConvShape => convShape(x, filter, y, attributes);
