import { exists, type FileSource } from '#platform';
import { readBytes, tensorFromArray } from '../../data/index.ts';
import {
  type FileArray,
  type PaddleProgram,
  paddleTensors,
  pdmodel,
  pir,
  toHostArray,
} from '../../formats/index.ts';
import {
  FormatError,
  formatShape,
  sameShape,
  type Tensor,
  ValueError,
} from '../../tensor/index.ts';
import { RunnableProgram } from './run-program.ts';
import { TranslatedLayer } from './translated-layer.ts';

/** The two files of a program, where they are not found by a path. */
export interface ProgramFiles {
  /** `.pdmodel` or PIR's `.json`. */
  readonly program: FileSource;
  /** `.pdiparams`; may be left out by programs without parameters. */
  readonly parameters?: FileSource;
}

/** Options of `load`. */
export interface LoadProgramOptions {
  /** The most bytes that each file may have. */
  readonly maxBytes?: number;
}

/**
 * Opens what `paddle.jit.save` wrote: `path` is what stands before `.pdmodel` or `.json`, and `.pdiparams`. Throws a FormatError that
 * names the operations which are not known, or says what is wrong with a file.
 * @example
 * const model = await paddle.jit.load('inference/lenet');
 * const scores = model.call(images);
 */
export async function load(
  path: string | URL | ProgramFiles,
  options: LoadProgramOptions = {},
): Promise<TranslatedLayer> {
  const files = typeof path === 'string' || path instanceof URL ? await findFiles(path) : path;
  const file = nameOf(files.program);
  const bytes = await readBytes(files.program, options);
  const program = pir.sniff(bytes) ? pir.decode(bytes, { file }) : pdmodel.decode(bytes, { file });
  const runnable = new RunnableProgram(program, file);
  return new TranslatedLayer(runnable, await readWeights(program, files, options));
}

const nameOf = (source: FileSource): string | undefined =>
  typeof source === 'string' || source instanceof URL ? String(source) : undefined;

async function findFiles(path: string | URL): Promise<ProgramFiles> {
  const stem = String(path).replace(/\.(pdmodel|json|pdiparams)$/, '');
  const found = [`${stem}.json`, `${stem}.pdmodel`];
  for (const program of found) {
    if (!(await exists(program))) continue;
    const parameters = `${stem}.pdiparams`;
    return (await exists(parameters)) ? { program, parameters } : { program };
  }
  throw new ValueError(`jit.load: there is neither ${found.join(' nor ')}`);
}

/** Parameters by their names; the file has them in the order of these. */
async function readWeights(
  { parameters }: PaddleProgram,
  files: ProgramFiles,
  options: LoadProgramOptions,
): Promise<Map<string, Tensor>> {
  if (parameters.length === 0) return new Map();
  if (files.parameters === undefined) {
    throw new ValueError(
      `jit.load: the program has ${parameters.length} parameters, but there is no .pdiparams file`,
    );
  }
  const file = nameOf(files.parameters);
  const arrays = paddleTensors.decode(await readBytes(files.parameters, options), {
    file,
    ...options,
  });
  const sorted = [...parameters].sort((a, b) => compareBytes(a.name, b.name));
  if (arrays.length !== sorted.length) {
    const [expected, received] = [`${sorted.length} tensors`, String(arrays.length)];
    throw new FormatError('the parameters do not belong to the program', {
      file,
      expected,
      received,
    });
  }
  return new Map(
    sorted.map(({ name, shape, dtype }, i) => {
      const array: FileArray = arrays[i];
      if (array.dtype !== dtype || !sameShape(array.shape, shape)) {
        throw new FormatError('the parameters do not belong to the program', {
          ...{ file, member: name },
          expected: `${dtype} ${formatShape(shape)}`,
          received: `${array.dtype} ${formatShape(array.shape)}`,
        });
      }
      return [name, tensorFromArray(toHostArray(array))] as const;
    }),
  );
}

/** Python's order of text: by code points. */
function compareBytes(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const difference = (x[i].codePointAt(0) as number) - (y[i].codePointAt(0) as number);
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
}
