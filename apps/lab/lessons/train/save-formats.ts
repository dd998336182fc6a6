import { type Model, modelToFile } from 'gradus';
import { pdparams } from './pdparams.ts';

/** Formats that networks are saved in, by their extension. */
export type SavedFormat = 'h5' | 'keras' | 'pdparams' | 'safetensors';

/** The bytes of a file. */
export const encode = async (model: Model, format: SavedFormat): Promise<Uint8Array> =>
  format === 'pdparams' ? pdparams(model) : modelToFile(model, `model.${format}`);
