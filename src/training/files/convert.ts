import { defaultMaxBytes } from '#platform';
import type { FileArray } from '../../formats/index.ts';
import { FormatError } from '../../tensor/index.ts';
import { type LoadOptions, loadModel } from '../save.ts';
import { identify } from './identify.ts';
import { isOfOptimizer } from './inspect.ts';
import { loadTensors } from './load-tensors.ts';
import { type ModelSource, openSource } from './open-source.ts';
import { saveTensors, tensorExtensions } from './save-tensors.ts';

/** What was written. */
export interface Converted {
  /** A whole model, or tensors by name alone. */
  readonly wrote: 'model' | 'tensors';
  /** How many tensors, of a model its weights. */
  readonly tensors: number;
}

/** What `convertFile` takes besides the files. */
export interface ConvertOptions extends Pick<LoadOptions, 'customObjects' | 'maxBytes'> {
  /** Write the tensors by name even where the file holds a whole model. */
  readonly tensorsOnly?: boolean;
}

/**
 * Writes what is in one file to another in the format of its extension: a whole model where both formats hold models, else
 * tensors by name. Optimizer state goes along with a model only.
 * @example await convertFile('model.h5', 'model.safetensors');
 */
export async function convertFile(
  input: ModelSource,
  output: string | URL,
  { tensorsOnly = false, maxBytes = defaultMaxBytes, customObjects }: ConvertOptions = {},
): Promise<Converted> {
  const extension = /\.[^./\\]*$/.exec(String(output))?.[0].toLowerCase() ?? '';
  const holdsTensors = tensorExtensions.includes(extension);
  const holdsModels = !holdsTensors || extension === '.safetensors';
  if (!tensorsOnly && holdsModels && (await holdsModel(input, maxBytes))) {
    const model = await loadModel(input, { maxBytes, ...(customObjects && { customObjects }) });
    await model.save(output);
    return { wrote: 'model', tensors: model.weights.length };
  }
  if (!holdsTensors) {
    throw new FormatError('the file holds tensors but no model', {
      file: String(output),
      expected: `a name that ends in ${tensorExtensions.join(', ')}`,
    });
  }
  const file = await loadTensors(input, { maxBytes });
  try {
    const names = file.names.filter(
      (name) => !file.model || !isOfOptimizer(name, file.entries.get(name)),
    );
    const arrays: [string, FileArray][] = [];
    for (const name of names) arrays.push([name, await file.readArray(name)]);
    await saveTensors(output, arrays, {
      metadata: extension === '.safetensors' ? textOf(file.metadata) : [],
    });
    return { wrote: 'tensors', tensors: arrays.length };
  } finally {
    await file.close();
  }
}

/** Metadata without the mark of models of ours, which tensors alone are not. */
const textOf = (metadata: ReadonlyMap<string, string>): [string, string][] =>
  [...metadata].filter(([key]) => key !== 'format' && key !== 'training');

async function holdsModel(input: ModelSource, maxBytes: number): Promise<boolean> {
  const source = await openSource(input, { maxBytes });
  let kind: string;
  try {
    ({ kind } = await identify(source, { maxBytes }));
  } finally {
    await source.close();
  }
  if (kind === 'keras-json' || kind === 'keras') return true;
  if (kind !== 'hdf5' && kind !== 'safetensors' && kind !== 'tfjs') return false;
  const file = await loadTensors(input, { maxBytes });
  await file.close();
  return file.model !== null;
}
