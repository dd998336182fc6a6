import type { LayerSpec } from './specs.ts';

const activations = ['relu', 'tanh', 'sigmoid', 'linear'];
const whole = (value: unknown, most: number): boolean =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;

/** Whether what an address says is a stack of layers. */
export const checkSpecs = (specs: readonly LayerSpec[]): boolean =>
  specs.length <= 20 && specs.every(checkSpec);

function checkSpec(spec: LayerSpec): boolean {
  switch (spec?.kind) {
    case 'conv':
      return (
        whole(spec.filters, 128) &&
        whole(spec.size, 11) &&
        typeof spec.same === 'boolean' &&
        activations.includes(spec.activation)
      );
    case 'maxPool':
    case 'avgPool':
      return whole(spec.size, 8);
    case 'dropout':
      return typeof spec.rate === 'number' && spec.rate >= 0 && spec.rate < 1;
    case 'dense':
      return whole(spec.units, 1024) && activations.includes(spec.activation);
    case 'batchNorm':
    case 'flatten':
      return true;
    default:
      return false;
  }
}
