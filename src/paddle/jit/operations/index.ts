import type { Operation } from '../operation-call.ts';
import { arrangementOperations } from './arrangement.ts';
import { elementwiseOperations } from './elementwise.ts';
import { reductionOperations } from './reduction.ts';
import { windowOperations } from './windows.ts';

const operations = new Map<string, Operation>(
  [
    ...[elementwiseOperations, windowOperations, arrangementOperations, reductionOperations],
  ].flatMap((table) => Object.entries(table)),
);

/** The operation of that name; `relu_` is `relu`. Undefined for those that are not known. */
export const findOperation = (type: string): Operation | undefined =>
  operations.get(type) ?? operations.get(type.replace(/_$/, ''));
