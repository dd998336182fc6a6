import type { Command } from 'commander';
import { byteCount } from './byte-count.ts';
import { type CommonOptions, command, does } from './command.ts';

interface ConvertOptions extends CommonOptions {
  readonly maxBytes?: number;
  readonly tensors?: boolean;
}

/** `gradus convert IN OUT`: writes a model or tensors in another format. */
export function convert(): Command {
  const made = command(
    'convert',
    'Write a model, or the tensors of a file, in the format of another extension.',
    'gradus convert model.h5 model.safetensors',
  )
    .argument('<in>', 'a file of any kind that holds a model or tensors')
    .argument('<out>', 'the file to write')
    .option('--tensors', 'write tensors by name, not the model')
    .option('--max-bytes <n>', 'most bytes that the file may expand to', byteCount);
  return does<[string, string], ConvertOptions>(
    made,
    async ({ maxBytes, tensors: tensorsOnly }, input, output) => {
      const [{ convertFile }, { grouped, print }] = await Promise.all([
        import('../index.ts'),
        import('./terminal.ts'),
      ]);
      const { wrote, tensors } = await convertFile(input, output, { maxBytes, tensorsOnly });
      const what = wrote === 'model' ? 'a model with' : '';
      print(`${output}: ${what} ${grouped(tensors)} tensors`.replace('  ', ' '));
      return { result: { in: input, out: output, wrote, tensors } };
    },
  );
}
