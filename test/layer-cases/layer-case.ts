import type { Layer } from '../../src/layers/index.ts';
import type { checkLayer } from '../../src/testing/index.ts';

/** Layers to check, by name: how one is made, and what it is checked with. */
export type LayerCases = Readonly<
  Record<string, readonly [() => Layer, Parameters<typeof checkLayer>[1]]>
>;
