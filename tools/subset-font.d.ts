declare module 'subset-font' {
  /** The glyphs of a font that a text needs. */
  export default function subsetFont(
    font: Uint8Array,
    text: string,
    options: { readonly targetFormat: 'truetype' | 'woff2' },
  ): Promise<Uint8Array>;
}
