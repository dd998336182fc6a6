import { joinBytes } from '../../formats/index.ts';
import type { Model } from '../model.ts';
import { requireBuilt } from '../saved-training.ts';
import { writerOf } from './model-formats.ts';

/**
 * The bytes of the file that `model.save(name)` would write, for pages and workers, which have no files; the name's end tells
 * the format. Throws a ValueError where the model has no weights yet or the format is not known.
 * @example const bytes = await modelToFile(model, 'mnist.h5');
 */
export async function modelToFile(model: Model, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const writer = writerOf(name, 'encodeModel', 'modelToFile');
  requireBuilt('modelToFile', model);
  return joinBytes(await writer.encodeModel!(model));
}
