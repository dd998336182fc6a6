import { backendNames, getBackend } from '../backends/index.ts';
import { BackendError, ValueError } from '../tensor/index.ts';

/** Kinds of devices that Paddle's programs name, and the backends that are one, the best first. */
const backendsOf = {
  cpu: ['wasm', 'cpu'],
  gpu: ['webgpu'],
  xpu: [],
  npu: [],
} as const satisfies Record<string, readonly string[]>;

type DeviceKind = keyof typeof backendsOf;

const isKind = (name: string): name is DeviceKind => Object.hasOwn(backendsOf, name);

const present = (kind: DeviceKind): boolean =>
  backendsOf[kind].some((name) => backendNames().includes(name));

/** Where a tensor lives: `Place(cpu)`. */
export class Place {
  readonly kind: string;
  readonly index: number;

  constructor(kind: string, index = 0) {
    this.kind = kind;
    this.index = index;
  }

  isCpuPlace(): boolean {
    return this.kind === 'cpu';
  }

  isGpuPlace(): boolean {
    return this.kind === 'gpu';
  }

  toString(): string {
    return this.kind === 'cpu' ? 'Place(cpu)' : `Place(${this.kind}:${this.index})`;
  }
}

/** The machine's processor. */
export class CPUPlace extends Place {
  constructor() {
    super('cpu');
  }
}

/** A graphics card. */
export class CUDAPlace extends Place {
  constructor(index = 0) {
    super('gpu', index);
  }
}

/** The place of a backend's memory. */
export function placeOf(backend: string): Place {
  const kind = Object.keys(backendsOf).find((name) =>
    (backendsOf[name as DeviceKind] as readonly string[]).includes(backend),
  );
  return new Place(kind ?? backend);
}

/** The devices that are here: `['cpu']`. */
export const getAllDevices = (): string[] =>
  Object.keys(backendsOf)
    .filter((kind) => present(kind as DeviceKind))
    .map((kind) => (kind === 'cpu' ? kind : `${kind}:0`));

/**
 * Chooses the device for all that is made from now on: `'cpu'`, `'gpu:0'` or `'xpu:0'`. Throws a
 * BackendError that says what there is if the device is absent.
 * @example paddle.setDevice('cpu');
 */
export function setDevice(device: string): Place {
  const [kind, index = '0'] = device.toLowerCase().split(':');
  if (!isKind(kind) || !/^\d+$/.test(index)) {
    throw new ValueError(
      `setDevice: expected 'cpu', 'gpu', 'gpu:0', 'xpu:0' or 'npu:0', received '${device}'`,
    );
  }
  if (!present(kind) || Number(index) > 0) {
    throw new BackendError(
      `setDevice: there is no '${device}' here; there is: ${getAllDevices().join(', ')}`,
    );
  }
  const current = getBackend().name;
  if (!(backendsOf[kind] as readonly string[]).includes(current)) {
    throw new BackendError(
      `setDevice: '${device}' opens asynchronously; ` +
        `call await setBackend('${backendsOf[kind][0]}') of gradus first ('${current}' is in use)`,
    );
  }
  return new Place(kind, Number(index));
}

/** The device in use: `'cpu'`, `'gpu:0'`. */
export function getDevice(): string {
  const { kind, index } = placeOf(getBackend().name);
  return kind === 'cpu' ? kind : `${kind}:${index}`;
}

/** Whether a program may ask for a graphics card. */
export const isCompiledWithCuda = (): boolean => present('gpu');

/** Whether a program may ask for a Kunlun card. */
export const isCompiledWithXpu = (): boolean => present('xpu');
