import type { Text } from '../../shell/language.ts';

/** Kernels made by hand, of 3 x 3. */
export const presets = {
  vertical: {
    name: { en: 'upright edges', zh: '竖直边缘' },
    values: [-1, 0, 1, -2, 0, 2, -1, 0, 1],
  },
  horizontal: {
    name: { en: 'level edges', zh: '水平边缘' },
    values: [-1, -2, -1, 0, 0, 0, 1, 2, 1],
  },
  outline: { name: { en: 'outline', zh: '轮廓' }, values: [-1, -1, -1, -1, 8, -1, -1, -1, -1] },
  blur: { name: { en: 'blur', zh: '模糊' }, values: new Array<number>(9).fill(0.11) },
  sharpen: { name: { en: 'sharpen', zh: '锐化' }, values: [0, -1, 0, -1, 5, -1, 0, -1, 0] },
  same: { name: { en: 'leave as is', zh: '原样' }, values: [0, 0, 0, 0, 1, 0, 0, 0, 0] },
} satisfies Record<string, { readonly name: Text; readonly values: readonly number[] }>;

export type PresetName = keyof typeof presets;

/** A kernel: one slice a channel; where a channel has none of its own, it gets a share of the first. */
export type Kernel = readonly (readonly number[])[];

/** Slices of a kernel for so many channels. */
export function slicesFor(kernel: Kernel, channels: number): readonly (readonly number[])[] {
  if (kernel.length >= channels) return kernel.slice(0, channels);
  // A kernel of one slice looks at the mean of the channels.
  return Array.from({ length: channels }, () =>
    kernel[0].map((value) => Math.round((1000 * value) / channels) / 1000),
  );
}

/** The kernel in another size: cut, or with zeros around. */
export function resized(kernel: Kernel, from: number, to: number): Kernel {
  const shift = (to - from) / 2;
  return kernel.map((slice) =>
    Array.from({ length: to * to }, (_, i) => {
      const [x, y] = [(i % to) - shift, Math.floor(i / to) - shift];
      return x >= 0 && y >= 0 && x < from && y < from ? slice[y * from + x] : 0;
    }),
  );
}

/** Whether something from an address is a list of kernels. */
export const areKernels = (value: readonly Kernel[]): boolean =>
  value.length >= 1 &&
  value.length <= 4 &&
  value.every(
    (kernel) =>
      Array.isArray(kernel) &&
      kernel.length >= 1 &&
      kernel.every(
        (slice) =>
          Array.isArray(slice) &&
          slice.length === kernel[0].length &&
          [9, 25].includes(slice.length) &&
          slice.length === value[0][0].length &&
          slice.every((weight) => Number.isFinite(weight)),
      ),
  );
