// Where machine code cannot be had, WebAssembly runs, and where that is missing, the cpu backend: each with one line that
// says why.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { referenceKernels } from '../src/backends/cpu/index.ts';
import { encodeCpuid, encodeXgetbv } from '../src/backends/wasm/builder/x64/index.ts';
import { WasmBackend } from '../src/backends/wasm/index.ts';
import { LinearMemory } from '../src/backends/wasm/memory.ts';
import { type NativeCode, openNative } from '../src/backends/wasm/native.ts';
import { controlOffsets } from '../src/backends/wasm/pool.ts';
import type { NativeDoor } from '../src/platform/platform.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const memory = new LinearMemory();

/** What a processor says of itself: ecx of leaf 1, ebx of leaf 7, and the states that the system keeps. */
interface Processor {
  readonly ecx: number;
  readonly ebx: number;
  readonly state: number;
  readonly leaves?: number;
}

/** A door to a pretended processor: nothing is run. */
function doorTo({ ecx, ebx, state, leaves = 7 }: Processor, fail = ''): NativeDoor {
  return {
    convention: 'systemV',
    library: '/nowhere',
    place: () => {
      if (fail) throw new Error(fail);
      return 4096;
    },
    addressOf: () => 2 ** 32,
    driver: () => () => 0,
    cpuid: (_, leaf) => Uint32Array.of(leaves, leaf === 7 ? ebx : 0, leaf === 1 ? ecx : 0, 0),
    xgetbv: () => state,
  };
}

const avx = (1 << 27) | (1 << 28);
const avx2 = 1 << 5;
const avx512 = avx2 | (1 << 16) | (1 << 17) | (1 << 30) | (1 << 31);
const fused = 1 << 12;
const modern: Processor = { ecx: avx | fused, ebx: avx512, state: 0xe7 };

const open = (
  door: NativeDoor | string,
  choice?: Parameters<typeof openNative>[3],
  shared = true,
): string => {
  const result = openNative(memory.buffer, shared, controlOffsets, choice, () => door);
  return typeof result === 'string' ? result : (result as NativeCode).target.name;
};

describe('processors', () => {
  test.each<[string, Processor, string]>([
    ['AVX-512', modern, 'avx512'],
    ['AVX2', { ...modern, ebx: avx2, state: 7 }, 'avx2'],
    ['AVX-512 without its byte and word part', { ...modern, ebx: avx512 & ~(1 << 30) }, 'avx2'],
    ['AVX-512 that the system does not keep', { ...modern, state: 7 }, 'avx2'],
    ['AVX that the system does not keep', { ...modern, state: 1 }, 'the processor has no AVX2'],
    ['AVX alone', { ...modern, ebx: 0 }, 'the processor has no AVX2'],
    [
      'AVX2 without fused products',
      { ...modern, ecx: avx },
      'the processor has no fused multiply-add',
    ],
    ['too few leaves', { ...modern, leaves: 1 }, 'the processor has no AVX2'],
    ['no saved states', { ...modern, ecx: 1 << 28 }, 'the processor has no AVX'],
    ['none of it', { ecx: 0, ebx: 0, state: 0 }, 'the processor has no AVX'],
  ])('%s', (_, processor, expected) => {
    expect(open(doorTo(processor))).toBe(expected);
  });

  test('a choice narrows, and one that is not there says so', () => {
    expect(open(doorTo(modern), 'avx2')).toBe('avx2');
    expect(open(doorTo(modern), 'avx512')).toBe('avx512');
    expect(open(doorTo({ ...modern, ebx: avx2 }), 'avx512')).toBe('the processor has no AVX-512');
  });
});

describe('reasons', () => {
  test('what closes the door is told in its own words', () => {
    expect(open('the optional package koffi is not installed')).toBe(
      'the optional package koffi is not installed',
    );
    const refused = 'the system does not let memory be made executable';
    expect(open(doorTo(modern, refused))).toBe(refused);
    expect(open(doorTo(modern), undefined, false)).toBe('memory cannot be shared here');
  });

  test('the door is not even tried where it is not wanted', () => {
    const door = vi.fn(() => 'closed');
    const off = openNative(memory.buffer, true, controlOffsets, '0', door);
    expect(off).toBe('switched off (GRADUS_NATIVE=0)');
    expect(door).not.toHaveBeenCalled();
  });

  test('the questions to the processor are small', () => {
    expect(encodeCpuid('systemV').length).toBeLessThan(64);
    expect(encodeXgetbv().length).toBeLessThan(16);
  });
});

/** A program of its own: prints what is in use and a product. */
function program(
  flags: readonly string[],
  environment: Readonly<Record<string, string>>,
  before = '',
): Record<string, string> {
  const script = `
    ${before}
    const { getBackend, setBackend } = await import('./src/backends/index.ts');
    const ops = await import('./src/ops/index.ts');
    const found = { wasm: '' };
    await setBackend('wasm').catch((error) => { found.wasm = error.name + ': ' + error.message; });
    const backend = getBackend();
    const product = ops.matmul([[1, 2], [3, 4]], [[5, 6], [7, 8]]);
    const sines = (phase) => Array.from({ length: 1000 }, (_, i) => ((i * 37 + phase) % 101) / 50 - 1);
    const [left, right] = [1, 2].map(sines);
    found.sum = String((await ops.matmul([left], right.map((x) => [x])).data())[0]);
    found.backend = backend.name;
    found.native = backend.native ?? '';
    found.description = backend.description;
    found.product = (await product.data()).join();
    console.log(JSON.stringify(found));
    process.exit(0);
  `;
  const hooks = ['--conditions=source', '--import=./tools/typescript.mjs'];
  const options = [...flags, ...hooks, '--input-type=module', '-e', script];
  const child = spawnSync(process.execPath, options, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, GRADUS_BACKEND: '', GRADUS_NATIVE: '', ...environment },
  });
  expect({ status: child.status, stderr: child.status ? child.stderr : '' }).toEqual({
    status: 0,
    stderr: '',
  });
  return JSON.parse(child.stdout.trim().split('\n').at(-1) as string);
}

const product = '19,22,43,50';

describe('programs', () => {
  test('without koffi', () => {
    const hide = `
      const module = await import('node:module');
      const resolve = module.Module._resolveFilename;
      module.Module._resolveFilename = (request, ...rest) => {
        if (request === 'koffi') throw new Error('Cannot find module');
        return resolve(request, ...rest);
      };
    `;
    const native = 'the optional package koffi is not installed';
    expect(program([], {}, hide)).toMatchObject({ backend: 'wasm', native, product });
  });

  test('on another processor', () => {
    const pretend = `Object.defineProperty(process, 'arch', { value: 'arm64' });`;
    const native = 'machine code is made for x64, this is arm64';
    expect(program([], {}, pretend)).toMatchObject({ backend: 'wasm', native, product });
  });

  test('with GRADUS_NATIVE=0', () => {
    const found = program([], { GRADUS_NATIVE: '0' });
    expect(found).toMatchObject({
      backend: 'wasm',
      native: 'switched off (GRADUS_NATIVE=0)',
      product,
    });
    expect(found.description).toContain('no machine code: switched off');
  });

  test('without fused multiply-add: the same bits slowly, or others quickly', () => {
    const usual = program([], {});
    const [exact, fast] = ['exact', 'fast'].map((precision) =>
      program(['--no-enable-fma3'], { GRADUS_NATIVE: '0', GRADUS_PRECISION: precision }),
    );
    expect(exact.sum).toBe(usual.sum);
    expect(exact.description).toMatch(
      process.arch === 'x64' ? /fused multiply-add emulated/ : /SIMD/,
    );
    expect(fast.sum).not.toBe(process.arch === 'x64' ? usual.sum : '');
    expect(fast.description).not.toContain('emulated');
  });

  test('with a GRADUS_NATIVE that means nothing', () => {
    const script = `const { getBackend } = await import('./src/backends/index.ts'); getBackend();`;
    const hooks = ['--conditions=source', '--import=./tools/typescript.mjs'];
    const child = spawnSync(process.execPath, [...hooks, '--input-type=module', '-e', script], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, GRADUS_BACKEND: '', GRADUS_NATIVE: 'sse' },
    });
    expect(child.status).not.toBe(0);
    expect(child.stderr).toContain("GRADUS_NATIVE: expected 0, avx2, avx512, received 'sse'");
  });

  test('without WebAssembly, as under node --jitless: the cpu backend, after a clear error', () => {
    const found = program(['--jitless'], {});
    expect(found).toMatchObject({ backend: 'cpu', product });
    expect(found.wasm).toMatch(
      /^BackendError: wasm: there is no WebAssembly here \(node --jitless/,
    );
  });
});

describe('WebAssembly that may not run', () => {
  const create = () => new WasmBackend({ reference: referenceKernels, threads: 1, native: '0' });
  afterAll(() => vi.restoreAllMocks());

  test('without SIMD', () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValueOnce(false);
    expect(create).toThrow('wasm: WebAssembly has no SIMD here');
  });

  test('under a policy that forbids compiling', () => {
    vi.spyOn(WebAssembly, 'Module').mockImplementationOnce(function refuse() {
      throw new WebAssembly.CompileError('refused by the policy');
    });
    expect(create).toThrow(/a page's policy needs 'wasm-unsafe-eval'\): refused by the policy/);
  });
});
