import { defaultMaxBytes } from '#platform';
import { FormatError } from '../../tensor/index.ts';
import { fileKinds, identify } from './identify.ts';
import { type BudgetOptions, type ModelSource, openSource } from './open-source.ts';
import { TensorFile } from './tensor-file.ts';
import { tensorFormats } from './tensor-formats.ts';

/**
 * Opens the named tensors of a file of any kind: safetensors, npz, npy, PyTorch's zip files (.pt, .pth), Paddle's .pdparams,
 * TensorFlow.js, HDF5 and Keras files, idx. The contents tell the kind, not the name. Nothing in a file is run.
 * @example
 * const file = await loadTensors('resnet.pth', { maxBytes: 2 ** 28 });
 * const kernel = await file.read('conv1.weight');
 */
export async function loadTensors(
  source: ModelSource,
  { maxBytes = defaultMaxBytes }: BudgetOptions = {},
): Promise<TensorFile> {
  const opened = await openSource(source, { maxBytes });
  try {
    const found = await identify(opened, { maxBytes });
    const open = tensorFormats[found.kind];
    if (!open) {
      throw new FormatError(`a ${fileKinds[found.kind]} holds no tensors`, { file: opened.name });
    }
    const contents = await open(opened, { maxBytes, found });
    return new TensorFile(found.kind, contents, () => opened.close());
  } catch (error) {
    await opened.close();
    throw error;
  }
}
