import type { FileDescription, LayerDescription, PartDescription } from '../training/index.ts';
import { showBytes } from './byte-count.ts';
import { grouped } from './terminal.ts';

const mostLines = 400;

/** The description of a file in lines for people. */
export function fileReport(description: FileDescription): string[] {
  const { file, label, size, model, training, tensors, members, series } = description;
  const lines = [`${file}: ${label}, ${showBytes(size)}`];
  if (model) {
    lines.push('', `${model.class} ${model.name}`);
    lines.push(...table(layerRows(model.layers, '  ')));
  }
  if (training) {
    const { optimizer, learningRate, loss, metrics } = training;
    const rate = learningRate === null ? '' : `, learning rate ${learningRate}`;
    lines.push('');
    if (optimizer) lines.push(`optimizer ${optimizer}${rate}`);
    lines.push(`loss ${show(loss)}, metrics ${show(metrics)}`);
  }
  if (tensors) {
    const rows = tensors.map(({ name, dtype, shape }) => [
      `  ${name}`,
      String(dtype),
      shapeOf(shape),
    ]);
    lines.push('', 'tensors', ...table(rows), totals(description));
  }
  for (const [heading, parts] of [
    ['members', members],
    ['series', series],
  ] as const) {
    if (parts) lines.push('', heading, ...table(parts.map(partRow)));
  }
  const metadata = Object.entries(description.metadata);
  if (metadata.length) {
    lines.push('', 'metadata');
    for (const [key, value] of metadata) lines.push(`  ${key}: ${shorten(value)}`);
  }
  return lines.map(printable);
}

function totals({
  tensors,
  parameters,
  optimizerParameters,
  tensorBytes,
}: FileDescription): string {
  const ofOptimizer = optimizerParameters
    ? `, and ${grouped(optimizerParameters)} of the optimizer and the metrics`
    : '';
  return (
    `${grouped(tensors?.length ?? 0)} tensors, ${grouped(parameters ?? 0)} numbers${ofOptimizer}; ` +
    `${showBytes(tensorBytes ?? 0)} in memory`
  );
}

function layerRows(layers: readonly LayerDescription[], indent: string): string[][] {
  return layers.flatMap((layer) => [
    [
      `${indent}${layer.name}`,
      layer.class,
      Object.entries(layer.options)
        .map(([key, value]) => `${key} ${show(value)}`)
        .join(', '),
    ],
    ...layerRows(layer.layers ?? [], `${indent}  `),
  ]);
}

const partRow = ({ name, ...details }: PartDescription): string[] => [
  `  ${name}`,
  ...Object.entries(details).map(([key, value]) => `${key} ${show(value)}`),
];

const shapeOf = (shape: unknown): string => `[${(shape as readonly number[]).join(', ')}]`;

function show(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const shorten = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

/** A stranger's names must not move the cursor of a terminal. */
const printable = (line: string): string =>
  line.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');

/** Rows with their cells under one another; what is too long for a screen is counted. */
function table(rows: readonly (readonly string[])[]): string[] {
  const shown = rows.slice(0, mostLines);
  const widths: number[] = [];
  for (const row of shown) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, Math.min(cell.length, 60));
    });
  }
  const lines = shown.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd(),
  );
  return rows.length > mostLines ? [...lines, `  … and ${rows.length - mostLines} more`] : lines;
}
