import { ValueError } from '../../tensor/index.ts';

/**
 * Fills in a path's placeholders as Python's `format` does for numbers: `{epoch:02d}`, `{val_loss:.2f}`, `{batch}`.
 * @example formatPath('model-{epoch:02d}.safetensors', { epoch: 3 }) // 'model-03.safetensors'
 */
export function formatPath(template: string, values: Readonly<Record<string, number>>): string {
  return template.replaceAll(/\{(\w+)(?::([^}]*))?\}/g, (_, name: string, format = '') => {
    const value = values[name];
    if (value === undefined) {
      throw new ValueError(
        `ModelCheckpoint: '${template}' names '${name}'; known: ${Object.keys(values).join(', ')}`,
      );
    }
    return formatNumber(value, format, template);
  });
}

function formatNumber(value: number, format: string, template: string): string {
  if (format === '') return String(value);
  const match = /^(0?)(\d*)(?:\.(\d+))?([dfe])$/.exec(format);
  if (!match) {
    throw new ValueError(
      `ModelCheckpoint: '${template}': ':${format}' is no format; use one like :02d, :.4f or :.2e`,
    );
  }
  const [, zero, width, digits = '6', kind] = match;
  const text =
    kind === 'd'
      ? String(Math.trunc(value))
      : kind === 'f'
        ? value.toFixed(Number(digits))
        : value.toExponential(Number(digits)).replace(/e([+-])(\d)$/, 'e$10$2');
  return text.padStart(Number(width), zero || ' ');
}
