/** Points of a curve that a page without a server has. */
export const STATIC_POINTS = 4000;
/** Steps of pictures, histograms and the like that a page shows. */
export const SHOWN_STEPS = 50;

/** An address of the board's data, always written alike, so that a page without a server finds what it stands for. */
export function dataAddress(
  what: 'runs' | 'scalars' | 'values' | 'image' | 'graph' | 'hparams' | 'embedding' | 'csv',
  parameters: Readonly<Record<string, string | number | readonly string[] | undefined>> = {},
): string {
  const search = new URLSearchParams();
  for (const name of Object.keys(parameters).sort()) {
    const value = parameters[name];
    if (value === undefined) continue;
    for (const one of [value].flat()) search.append(name, String(one));
  }
  const query = search.toString();
  return `api/${what}${query && `?${query}`}`;
}

/** What an exported page has instead of a server: answers by address. */
export interface StaticData {
  readonly json: Readonly<Record<string, unknown>>;
  /** Packets as base64. */
  readonly packets: Readonly<Record<string, string>>;
  /** Files of pictures. */
  readonly images: Readonly<Record<string, string>>;
}
