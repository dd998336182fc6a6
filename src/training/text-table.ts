/** A column of a table: its heading and where its cells' text stands. */
export interface TextColumn {
  readonly heading: string;
  readonly align: 'left' | 'right' | 'center';
  /** Characters asked for, padding and border not counted. */
  readonly width: number;
}

/**
 * A boxed table of exactly `lineLength` characters a line, drawn as the `rich` library draws Keras' summaries: cells wrap
 * between words, a word that is too long ends in `…`.
 */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  lineLength: number,
): string[] {
  const widths = columnWidths(columns, lineLength);
  const rule = (left: string, fill: string, between: string, right: string): string =>
    left + widths.map((width) => fill.repeat(width)).join(between) + right;
  const row = (cells: readonly string[], border: string): string[] => {
    const wrapped = cells.map((cell, i) => wrapText(cell, widths[i] - 2));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => {
      const texts = wrapped.map(
        (lines, i) => ` ${alignText(lines[line] ?? '', widths[i] - 2, columns[i].align)} `,
      );
      return border + texts.join(border) + border;
    });
  };
  const lines = [
    rule('┏', '━', '┳', '┓'),
    ...row(
      columns.map(({ heading }) => heading),
      '┃',
    ),
    rule('┡', '━', '╇', '┩'),
  ];
  rows.forEach((cells, i) => {
    if (i > 0) lines.push(rule('├', '─', '┼', '┤'));
    lines.push(...row(cells, '│'));
  });
  lines.push(rule('└', '─', '┴', '┘'));
  return lines;
}

/** Widths with padding, shrunk evenly, from the left, until the table fits its line. */
function columnWidths(columns: readonly TextColumn[], lineLength: number): number[] {
  const widths = columns.map(({ width }) => width + 2);
  let excess = widths.reduce((sum, width) => sum + width, 0) - (lineLength - columns.length - 1);
  return widths.map((width, i) => {
    const share = roundHalfEven(Math.max(0, excess) / (widths.length - i));
    excess -= share;
    return width - share;
  });
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** Lines of at most `width` characters. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [''];
  let length = 0;
  for (const word of text.match(/\s*\S+\s*/g) ?? []) {
    const needed = word.trimEnd().length;
    if (width - length < needed && lines[lines.length - 1] !== '') {
      lines.push('');
      length = 0;
    }
    lines[lines.length - 1] += word;
    length += word.length;
  }
  return lines.map((line) => {
    const kept = line.trimEnd();
    return kept.length > width ? `${kept.slice(0, width - 1)}…` : kept;
  });
}

function alignText(text: string, width: number, align: TextColumn['align']): string {
  if (align === 'left') return text.padEnd(width);
  if (align === 'right') return text.padStart(width);
  return text.padStart(text.length + Math.floor((width - text.length) / 2)).padEnd(width);
}
