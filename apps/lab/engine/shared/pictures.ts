import { sampleDigits } from '../digits.ts';

/** A hundred digits of MNIST's test set, 28 x 28 bytes each: ten of each, in order. */
export const digits = (): Promise<Uint8Array> => sampleDigits();
