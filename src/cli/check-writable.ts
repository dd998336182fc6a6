import { access, constants, stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { ValueError } from '../index.ts';
import { modelExtensions } from '../training/index.ts';

/** What a file's name may be, and the option that gives it. */
export interface Writable {
  readonly option?: string;
  readonly extensions?: readonly string[];
}

/** Says at once, not after the training, that a file cannot be written. */
export async function checkWritable(
  path: string,
  { option = '--save', extensions = modelExtensions }: Writable = {},
): Promise<void> {
  if (!extensions.includes(extname(path).toLowerCase())) {
    throw new ValueError(`${option} ${path}: the name must end in ${extensions.join(' or ')}`);
  }
  const folder = dirname(path);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new ValueError(`${option} ${path}: there is no folder ${folder}`);
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!writable)
    throw new ValueError(`${option} ${path}: the folder ${folder} cannot be written to`);
}
