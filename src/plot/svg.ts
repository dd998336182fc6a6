import { fontStack, type Theme } from './theme.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

export const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (c) => entities[c]);

/** How a line of text looks and which of its points lies at its place. */
export interface TextStyle {
  readonly size?: number;
  readonly color: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
}

/** A line of text whose baseline begins, or has its middle or end, at a place. */
export function textAt(
  x: number,
  y: number,
  text: string,
  { size = 12, color, anchor = 'start', bold = false }: TextStyle,
): string {
  const weight = bold ? ' font-weight="bold"' : '';
  return (
    `<text x="${round(x)}" y="${round(y)}" font-family="${escapeXml(fontStack)}" font-size="${size}"` +
    ` fill="${color}" text-anchor="${anchor}"${weight}>${escapeXml(text)}</text>`
  );
}

export const rectangle = (
  x: number,
  y: number,
  width: number,
  height: number,
  attributes: string,
): string =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" ${attributes}/>`;

/** Coordinates in hundredths: what is drawn is the same on every machine. */
export const round = (value: number): number => Math.round(value * 100) / 100;

/** A drawing of its own coordinates inside another. */
export const nested = (
  x: number,
  y: number,
  width: number,
  height: number,
  content: string,
): string =>
  `<svg x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}">${content}</svg>`;

/** The whole file. */
export const svgFile = (
  width: number,
  height: number,
  title: string,
  { background }: Theme,
  content: string,
): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}"` +
  ` height="${height}" viewBox="0 0 ${width} ${height}" role="img"` +
  `${title ? ` aria-label="${escapeXml(title)}"` : ''}>` +
  `${title ? `<title>${escapeXml(title)}</title>` : ''}` +
  `${rectangle(0, 0, width, height, `fill="${background}"`)}${content}</svg>\n`;
