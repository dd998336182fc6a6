import { type Model, modelFromBytes } from 'gradus';
import { fetchSiteFile } from './files.ts';

let loading: Promise<Model> | null = null;

/** The small network that reads digits, loaded when a lesson first needs it. */
export function digitsModel(): Promise<Model> {
  loading ??= fetchSiteFile('models/digits.safetensors').then(
    (bytes) => modelFromBytes(bytes, { file: 'digits.safetensors' }),
    (error) => {
      loading = null; // the next one tries again
      throw error;
    },
  );
  return loading;
}

let fetching: Promise<Uint8Array> | null = null;

/** A hundred digits of MNIST's test set, 784 bytes each: ten of each, in order. */
export function sampleDigits(): Promise<Uint8Array> {
  fetching ??= fetchSiteFile('models/samples.bin').catch((error) => {
    fetching = null;
    throw error;
  });
  return fetching;
}
