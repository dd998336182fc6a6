import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

beforeEach(() => {
  vi.resetModules();
  vi.stubEnv('GRADUS_BACKEND', undefined);
  vi.stubEnv('GRADUS_THREADS', undefined);
});

afterEach(() => vi.unstubAllEnvs());

const load = () => import('./index.ts');

describe('environment', () => {
  test('the first backend is the default', async () => {
    const { backendNames, getBackend } = await load();
    expect(getBackend().name).toBe(backendNames()[0]);
    expect(backendNames()).toContain('cpu');
  });

  test('GRADUS_BACKEND chooses another', async () => {
    vi.stubEnv('GRADUS_BACKEND', 'cpu');
    expect((await load()).getBackend().name).toBe('cpu');
  });

  test('an unknown GRADUS_BACKEND is an error that names the known ones', async () => {
    vi.stubEnv('GRADUS_BACKEND', 'abacus');
    const { getBackend } = await load();
    expect(getBackend).toThrow(/unknown backend 'abacus'; known: .*cpu/);
  });

  test.each(['0', '1.5', 'two', '-3'])('GRADUS_THREADS=%s is an error', async (text) => {
    vi.stubEnv('GRADUS_THREADS', text);
    const { getBackend } = await load();
    expect(getBackend).toThrow(
      `GRADUS_THREADS: expected a whole number from 1 on, received '${text}'`,
    );
  });

  test('GRADUS_THREADS sets the threads of a backend that has several', async () => {
    vi.stubEnv('GRADUS_THREADS', '2');
    const { openBackend } = await load();
    expect((await openBackend('wasm')).threads).toBe(2);
    expect((await openBackend('cpu')).threads).toBe(1);
  });
});

describe('choosing', () => {
  test('setBackend opens a backend once', async () => {
    const { getBackend, openBackend, setBackend } = await load();
    const cpu = await setBackend('cpu');
    expect(getBackend()).toBe(cpu);
    expect(await openBackend('cpu')).toBe(cpu);
    await expect(setBackend('abacus')).rejects.toThrow(/unknown backend/);
  });
});
