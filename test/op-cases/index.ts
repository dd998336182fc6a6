// Calls of operations that two suites share: gradients by finite differences, and every backend
// against the reference.
import { binaryCases, unaryCases } from './elementwise.ts';
import { indexCases } from './indices.ts';
import type { OpCase } from './operand.ts';
import { productCases } from './products.ts';
import { reductionCases } from './reductions.ts';
import { shapeCases } from './shapes.ts';
import { windowCases } from './windows.ts';

export { generator, numbersFor, type OpCase } from './operand.ts';
export { randomCases } from './random.ts';

/** Every operation with a few calls. */
export const opCases: readonly OpCase[] = [
  ...unaryCases,
  ...binaryCases,
  ...reductionCases,
  ...shapeCases,
  ...indexCases,
  ...productCases,
  ...windowCases,
];
