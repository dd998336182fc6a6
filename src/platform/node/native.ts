import { createRequire } from 'node:module';
import type { NativeDoor } from '../platform.ts';

/** The parts of koffi, a foreign function interface, that are used. */
interface Koffi {
  load(path: string | null): { func(signature: string): (...args: unknown[]) => unknown };
  proto(signature: string): unknown;
  pointer(type: unknown): unknown;
  decode(value: ArrayBufferView, offset: number, type: unknown): unknown;
  call(pointer: unknown, type: unknown, ...args: unknown[]): unknown;
}

const pageBytes = 65536;
const readWrite = 3;
const readExecute = 5;

/** Places code where it can be run, first writable, then executable, never both. */
type Place = (code: Uint8Array) => number;

function posix(koffi: Koffi): Place {
  const system = koffi.load(null);
  const map = system.func('uint64_t mmap(uint64_t, size_t, int, int, int, int64_t)');
  const protect = system.func('int mprotect(uint64_t, size_t, int)');
  const copy = system.func('uint64_t memcpy(uint64_t, const void *, size_t)');
  const flags = process.platform === 'darwin' ? 0x1002 : 0x22;
  return (code) => {
    const bytes = Math.ceil(code.length / pageBytes) * pageBytes;
    const address = Number(map(0, bytes, readWrite, flags, -1, 0));
    if (!Number.isSafeInteger(address)) throw new Error('the system gives no memory for code');
    copy(address, code, code.length);
    if (protect(address, bytes, readExecute) !== 0) {
      throw new Error('the system does not let memory be made executable');
    }
    return address;
  };
}

function windows(koffi: Koffi): Place {
  const system = koffi.load('kernel32.dll');
  const allocate = system.func(
    'uint64_t __stdcall VirtualAlloc(uint64_t, size_t, uint32_t, uint32_t)',
  );
  const protect = system.func('int __stdcall VirtualProtect(uint64_t, size_t, uint32_t, void *)');
  const copy = system.func('void __stdcall RtlMoveMemory(uint64_t, const void *, size_t)');
  return (code) => {
    const address = Number(allocate(0, code.length, 0x3000, 0x04));
    if (address === 0) throw new Error('the system gives no memory for code');
    copy(address, code, code.length);
    if (protect(address, code.length, 0x20, new Uint32Array(1)) === 0) {
      throw new Error('the system does not let memory be made executable');
    }
    return address;
  };
}

/**
 * Opens the way to machine code, or says in one line why there is none: another processor, or the optional package
 * `koffi` is not installed.
 */
export function openNativeDoor(): NativeDoor | string {
  if (process.arch !== 'x64') return `machine code is made for x64, this is ${process.arch}`;
  const require = createRequire(import.meta.url);
  let koffi: Koffi;
  let library: string;
  try {
    library = require.resolve('koffi');
    koffi = require(library) as Koffi;
  } catch {
    return 'the optional package koffi is not installed';
  }
  const isWindows = process.platform === 'win32';
  try {
    const place = isWindows ? windows(koffi) : posix(koffi);
    const identity = isWindows
      ? koffi.load('ntdll.dll').func('uint64_t memmove(void *, void *, size_t)')
      : koffi.load(null).func('uint64_t memmove(void *, void *, size_t)');
    const functionAt = (address: number, signature: string) => {
      const type = koffi.proto(signature);
      const cell = new BigUint64Array([BigInt(address)]);
      const pointer = koffi.decode(cell, 0, koffi.pointer(type));
      return (...args: unknown[]): unknown => koffi.call(pointer, type, ...args);
    };
    return {
      convention: isWindows ? 'windows' : 'systemV',
      library,
      place,
      addressOf: (buffer) => {
        const view = new Uint8Array(buffer, 0, 1);
        return Number(identity(view, view, 0));
      },
      driver: (address) =>
        functionAt(address, 'uint32_t (uint64_t, uint32_t)') as (
          memory: number,
          scratch: number,
        ) => number,
      cpuid: (address, leaf, subleaf) => {
        const out = new Uint32Array(4);
        functionAt(address, 'void (void *, uint32_t, uint32_t)')(out, leaf, subleaf);
        return out;
      },
      xgetbv: (address) => Number(functionAt(address, 'uint32_t ()')()),
    };
  } catch (error) {
    return `machine code cannot be called: ${(error as Error).message}`;
  }
}
