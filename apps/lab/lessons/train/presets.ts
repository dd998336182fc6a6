import type { LayerSpec } from './specs.ts';

/** Networks of the course. */
export const presets = {
  cnn: [
    { kind: 'conv', filters: 32, size: 3, same: false, activation: 'relu' },
    { kind: 'conv', filters: 64, size: 3, same: false, activation: 'relu' },
    { kind: 'maxPool', size: 2 },
    { kind: 'dropout', rate: 0.25 },
    { kind: 'flatten' },
    { kind: 'dense', units: 128, activation: 'relu' },
    { kind: 'dropout', rate: 0.5 },
  ],
  lenet: [
    { kind: 'conv', filters: 6, size: 5, same: true, activation: 'tanh' },
    { kind: 'avgPool', size: 2 },
    { kind: 'conv', filters: 16, size: 5, same: false, activation: 'tanh' },
    { kind: 'avgPool', size: 2 },
    { kind: 'flatten' },
    { kind: 'dense', units: 120, activation: 'tanh' },
    { kind: 'dense', units: 84, activation: 'tanh' },
  ],
  fc: [
    { kind: 'flatten' },
    { kind: 'dense', units: 128, activation: 'relu' },
    { kind: 'dense', units: 64, activation: 'relu' },
  ],
  small: [
    { kind: 'conv', filters: 8, size: 3, same: true, activation: 'relu' },
    { kind: 'maxPool', size: 2 },
    { kind: 'conv', filters: 16, size: 3, same: false, activation: 'relu' },
    { kind: 'maxPool', size: 2 },
    { kind: 'flatten' },
  ],
} as const satisfies Record<string, readonly LayerSpec[]>;

export type PresetName = keyof typeof presets;
