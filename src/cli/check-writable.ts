import { access, constants, stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { ValueError } from '../index.ts';

/** Says at once, not after the training, that a file cannot be written. */
export async function checkWritable(path: string): Promise<void> {
  if (extname(path) !== '.safetensors') {
    throw new ValueError(`--save ${path}: the name must end in .safetensors`);
  }
  const folder = dirname(path);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new ValueError(`--save ${path}: there is no folder ${folder}`);
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!writable) throw new ValueError(`--save ${path}: the folder ${folder} cannot be written to`);
}
