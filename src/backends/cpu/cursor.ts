import {
  type DType,
  DTypeError,
  dtypes,
  fromBfloat16,
  fromFloat16,
  type TypedArray,
  toBfloat16,
  toFloat16,
  toSafeInteger,
  type View,
} from '../../tensor/index.ts';

/** Elements that kernels handle at a time: enough to forget the overhead, few enough for the nearest cache. */
export const BLOCK = 1024;
/** From here on the engine's own block copy is faster than a loop. */
const COPY = 32;

/** Walks a view's elements in a chosen order of axes and hands them over as float64 numbers. */
export class Cursor {
  readonly #array: TypedArray;
  readonly #dtype: DType;
  /** Axes that cannot be walked as one, outermost first; the last is walked by `#inner`. */
  readonly #sizes: number[] = [];
  readonly #strides: number[] = [];
  readonly #counters: number[];
  readonly #inner: number;
  readonly #step: number;
  /** Where the current run begins. */
  #run: number;
  /** Elements of the run that were visited. */
  #done = 0;

  /** `order` lists all axes, outermost first; row-major without it. */
  constructor(view: View, order?: readonly number[]) {
    this.#array = view.storage.array;
    this.#dtype = view.dtype;
    this.#run = view.offset;
    const sizes = this.#sizes;
    const strides = this.#strides;
    for (let i = 0; i < view.shape.length; i++) {
      const axis = order ? order[i] : i;
      const size = view.shape[axis];
      const stride = view.strides[axis];
      if (size === 1) continue;
      const last = sizes.length - 1;
      if (last >= 0 && strides[last] === stride * size) {
        sizes[last] *= size;
        strides[last] = stride;
      } else {
        sizes.push(size);
        strides.push(stride);
      }
    }
    this.#inner = sizes.pop() ?? 1;
    this.#step = strides.pop() ?? 1;
    this.#counters = new Array<number>(sizes.length).fill(0);
  }

  /** The next `count` elements, into `target` from `to` on. */
  read(target: Float64Array, count: number, to = 0): void {
    const load = loaders[this.#dtype];
    for (const end = to + count; to < end; ) {
      const n = Math.min(end - to, this.#inner - this.#done);
      load(this.#array as never, this.#run + this.#done * this.#step, this.#step, target, to, n);
      to += n;
      this.#advance(n);
    }
  }

  /** The next `count` elements, from `source` from `from` on, converted to the view's type. */
  write(source: Float64Array, count: number, from = 0): void {
    const store = storers[this.#dtype];
    for (const end = from + count; from < end; ) {
      const n = Math.min(end - from, this.#inner - this.#done);
      store(this.#array as never, this.#run + this.#done * this.#step, this.#step, source, from, n);
      from += n;
      this.#advance(n);
    }
  }

  #advance(n: number): void {
    this.#done += n;
    if (this.#done < this.#inner) return;
    this.#done = 0;
    for (let axis = this.#sizes.length - 1; axis >= 0; axis--) {
      this.#run += this.#strides[axis];
      if (++this.#counters[axis] < this.#sizes[axis]) return;
      this.#run -= this.#strides[axis] * this.#sizes[axis];
      this.#counters[axis] = 0;
    }
  }
}

/** Copies `count` elements at `at`, `step` apart, to neighbouring numbers. */
type Load<A extends TypedArray> = (
  array: A,
  at: number,
  step: number,
  target: Float64Array,
  to: number,
  count: number,
) => void;

/** Copies neighbouring numbers to `count` elements at `at`, `step` apart. */
type Store<A extends TypedArray> = (
  array: A,
  at: number,
  step: number,
  source: Float64Array,
  from: number,
  count: number,
) => void;

/** Float32 has loops of its own: engines make slow code of a loop that has seen many kinds of arrays. */
const loadFloat32: Load<Float32Array> = (array, at, step, target, to, count) => {
  if (step === 0) target.fill(array[at], to, to + count);
  else if (step === 1 && count >= COPY) target.set(array.subarray(at, at + count), to);
  else for (let i = 0; i < count; i++) target[to + i] = array[at + i * step];
};

const storeFloat32: Store<Float32Array> = (array, at, step, source, from, count) => {
  if (step === 1 && count >= COPY) array.set(source.subarray(from, from + count), at);
  else for (let i = 0; i < count; i++) array[at + i * step] = source[from + i];
};

const loadNumbers: Load<TypedArray> = (array, at, step, target, to, count) => {
  if (step === 0) target.fill(array[at], to, to + count);
  else if (step === 1 && count >= COPY) target.set(array.subarray(at, at + count), to);
  else for (let i = 0; i < count; i++) target[to + i] = array[at + i * step];
};

const storeNumbers: Store<TypedArray> = (array, at, step, source, from, count) => {
  if (step === 1 && count >= COPY) array.set(source.subarray(from, from + count), at);
  else for (let i = 0; i < count; i++) array[at + i * step] = source[from + i];
};

const loadBy =
  (convert: (pattern: number) => number): Load<Uint16Array> =>
  (array, at, step, target, to, count) => {
    for (let i = 0; i < count; i++) target[to + i] = convert(array[at + i * step]);
  };

const storeBy =
  <A extends TypedArray>(convert: (value: number) => number): Store<A> =>
  (array, at, step, source, from, count) => {
    for (let i = 0; i < count; i++) array[at + i * step] = convert(source[from + i]);
  };

/** complex64 has two numbers an element: see `asSlots`. */
const noNumber = (): never => {
  throw new DTypeError(
    'complex64 is for elementwise operations; take abs(), real() or imag() first',
  );
};

const loaders = {
  float32: loadFloat32,
  float64: loadNumbers,
  float16: loadBy(fromFloat16),
  bfloat16: loadBy(fromBfloat16),
  int8: loadNumbers,
  int16: loadNumbers,
  int32: loadNumbers,
  int64: loadNumbers,
  uint8: loadNumbers,
  bool: loadNumbers,
  complex64: noNumber,
} satisfies Record<DType, Load<never>>;

const storers = {
  float32: storeFloat32,
  float64: storeNumbers,
  float16: storeBy<Uint16Array>(toFloat16),
  bfloat16: storeBy<Uint16Array>(toBfloat16),
  int8: storeNumbers,
  int16: storeNumbers,
  int32: storeNumbers,
  int64: storeBy<Float64Array>(toSafeInteger),
  uint8: storeNumbers,
  bool: storeBy<Uint8Array>((value) => (value !== 0 ? 1 : 0)),
  complex64: noNumber,
} satisfies Record<DType, Store<never>>;

/** All elements of a view, in row-major order or that of `order`. */
export function toNumbers(view: View, order?: readonly number[]): Float64Array {
  const size = view.shape.reduce((a, b) => a * b, 1);
  const numbers = new Float64Array(size);
  if (size) new Cursor(view, order).read(numbers, size);
  return numbers;
}

/** Stores all elements of a view, in row-major order or that of `order`. */
export function fromNumbers(view: View, numbers: Float64Array, order?: readonly number[]): void {
  if (numbers.length) new Cursor(view, order).write(numbers, numbers.length);
}

/** Axes with the largest steps through memory first. */
export function memoryOrder({ shape, strides }: View, axes = shape.map((_, i) => i)): number[] {
  const step = (axis: number) => (shape[axis] === 1 ? 0 : Math.abs(strides[axis]));
  return [...axes].sort((a, b) => step(b) - step(a) || a - b);
}

/** All axes, `axis` last: the order in which a kernel sees its rows. */
export const rowsAlong = (axis: number, rank: number): number[] => [
  ...Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis),
  ...(rank ? [axis] : []),
];

/** A view of a complex tensor's numbers, real and imaginary part along a new last axis; others stay as they are. */
export function asSlots(view: View): View {
  const { slots } = dtypes[view.dtype];
  if (slots === 1) return view;
  return {
    storage: view.storage,
    offset: view.offset * slots,
    shape: [...view.shape, slots],
    strides: [...view.strides.map((stride) => stride * slots), 1],
    dtype: 'float32',
  };
}
