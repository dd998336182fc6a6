import { existsSync } from 'node:fs';
import { hub, type ImageClassifier, loadClassifier } from '../hub/index.ts';
import { progress } from './hub-commands.ts';

/** A classifier of a file or of the hub, where it may be fetched from `mirror`. */
export async function openClassifier(
  wanted: string,
  mirror: string | undefined,
): Promise<ImageClassifier> {
  const isFile = existsSync(wanted) || /[/\\]|\.(keras|h5|hdf5|safetensors|json)$/i.test(wanted);
  if (isFile) return loadClassifier(wanted);
  const bar = progress();
  try {
    return await hub.load(wanted, { mirror, onProgress: bar.show });
  } finally {
    bar.end();
  }
}

/** Names of ImageNet are written with underscores. */
export const readable = (label: string): string => label.replaceAll('_', ' ');
