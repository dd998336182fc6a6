import { writeFileAtomic } from '#platform';
import { ValueError } from '../tensor/index.ts';
import { pngOf } from './raster.ts';
import { escapeXml, nested, svgFile, textAt } from './svg.ts';
import { type Theme, type ThemeName, themeOf } from './theme.ts';
import { type Language, type Words, wordsOf } from './words.ts';

/** How a figure is drawn. */
export interface DrawOptions {
  /** Pixels; by default what suits the figure. */
  readonly width?: number;
  readonly height?: number;
  readonly theme?: ThemeName;
  readonly lang?: Language;
  /** Pixels of a PNG for each pixel of the figure; 2 by default, for print. */
  readonly scale?: number;
}

/** What a part of a figure is drawn with. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  readonly words: Words;
  /** Which of the figure's panels it is, from 0. */
  readonly index: number;
}

/** A part of a figure: gives SVG for a canvas. */
export interface Panel {
  readonly width: number;
  readonly height: number;
  draw(canvas: Canvas): Promise<string>;
}

const gap = 12;
const titleHeight = 34;

/**
 * A picture of numbers, drawn when it is saved: in rows of panels, as SVG or PNG, without a browser.
 * @example await plot.line(losses, { title: 'loss' }).save('loss.png');
 */
export class Figure {
  readonly title: string;
  readonly rows: readonly (readonly Panel[])[];
  readonly #options: DrawOptions;

  constructor(rows: readonly (readonly Panel[])[], title = '', options: DrawOptions = {}) {
    this.rows = rows;
    this.title = title;
    this.#options = options;
  }

  /** The figure as the text of an SVG file. */
  async toSvg(options: DrawOptions = {}): Promise<string> {
    const { theme: name = 'light', lang = 'en', ...size } = { ...this.#options, ...options };
    if (lang !== 'en' && lang !== 'zh-CN') {
      throw new ValueError(`plot: lang must be 'en' or 'zh-CN', received '${lang}'`);
    }
    if (name !== 'light' && name !== 'dark') {
      throw new ValueError(`plot: theme must be 'light' or 'dark', received '${name}'`);
    }
    const theme = themeOf(name);
    const words = wordsOf(lang);
    const above = this.title ? titleHeight : 0;
    const heights = this.rows.map((row) => Math.max(...row.map(({ height }) => height)));
    const widths = this.rows.map((row) =>
      row.reduce((sum, panel) => sum + panel.width + gap, -gap),
    );
    const ownWidth = Math.max(...widths);
    const ownHeight = heights.reduce((sum, height) => sum + height + gap, -gap) + above;
    const width = positive('width', size.width ?? ownWidth);
    const height = positive('height', size.height ?? ownHeight);
    const stretch = (height - above + gap) / (ownHeight - above + gap);
    let content = this.title
      ? textAt(width / 2, 23, this.title, {
          size: 16,
          color: theme.text,
          anchor: 'middle',
          bold: true,
        })
      : '';
    let y = above;
    let index = 0;
    for (const [i, row] of this.rows.entries()) {
      const rowHeight = (heights[i] + gap) * stretch - gap;
      const share = (width + gap) / (widths[i] + gap);
      let x = 0;
      for (const panel of row) {
        const panelWidth = (panel.width + gap) * share - gap;
        const canvas = { width: panelWidth, height: rowHeight, theme, words, index: index++ };
        content += nested(x, y, panelWidth, rowHeight, await panel.draw(canvas));
        x += panelWidth + gap;
      }
      y += rowHeight + gap;
    }
    return svgFile(width, height, this.title, theme, content);
  }

  /** The figure as the bytes of a PNG file. */
  async toPng(options: DrawOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const scale = positive('scale', options.scale ?? this.#options.scale ?? 2);
    return pngOf(await this.toSvg(options), scale);
  }

  /** The figure inside a page of its own, which needs nothing else. */
  async toHtml(options: DrawOptions = {}): Promise<string> {
    const svg = await this.toSvg(options);
    const lang = options.lang ?? this.#options.lang ?? 'en';
    return (
      `<!doctype html>\n<html lang="${lang}"><meta charset="utf-8">` +
      `<meta name="viewport" content="width=device-width">` +
      `<title>${escapeXml(this.title || 'Gradus')}</title>` +
      `<style>body{margin:0;display:grid;place-items:center}svg{max-width:100%;height:auto}</style>\n${svg}</html>\n`
    );
  }

  /** Writes `.svg`, `.png` or `.html`. Node only. */
  async save(path: string, options: DrawOptions = {}): Promise<void> {
    const extension = /\.(svg|png|html)$/i.exec(path)?.[1].toLowerCase();
    if (!extension) {
      throw new ValueError(`plot: a figure is saved as .svg, .png or .html, received '${path}'`);
    }
    const content =
      extension === 'png'
        ? await this.toPng(options)
        : await (extension === 'svg' ? this.toSvg(options) : this.toHtml(options));
    await writeFileAtomic(path, content);
  }
}

function positive(name: string, value: number): number {
  if (value > 0 && value <= 16384) return value;
  throw new ValueError(`plot: ${name} must be a number of pixels up to 16384, received ${value}`);
}
