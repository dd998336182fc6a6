import type { Arrow, FoldedGraph } from './fold-graph.ts';

export interface PlacedBox {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const CHARACTER = 7.2;
const HEIGHT = 34;
const LAYER = 78;
const GAP = 24;
const SWEEPS = 8;

/**
 * Places boxes in layers, every box below those it takes from, and orders each layer so that few arrows cross (by means
 * of neighbours' places, as K. Sugiyama et al., 1981). Arrows that lead back, as in a loop, do not count.
 */
export function placeBoxes({ boxes, arrows }: FoldedGraph): Map<string, PlacedBox> {
  const forward = withoutLoops(
    boxes.map(({ id }) => id),
    arrows,
  );
  const layerOf = layersOf(
    boxes.map(({ id }) => id),
    forward,
  );
  const layers: string[][] = [];
  for (const { id } of boxes) {
    const layer = layerOf.get(id) as number;
    layers[layer] ??= [];
    layers[layer].push(id);
  }
  const widthOf = new Map(
    boxes.map(({ id, label }) => [id, Math.max(70, label.length * CHARACTER + 24)]),
  );
  const above = neighbours(forward, 'to', 'from');
  const below = neighbours(forward, 'from', 'to');
  const x = new Map<string, number>();
  for (const layer of layers) spreadLayer(layer, widthOf, x);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    const order = down ? layers : layers.toReversed();
    for (const layer of order) {
      const wanted = new Map(
        layer.map((id) => [id, mean((down ? above : below).get(id), x) ?? (x.get(id) as number)]),
      );
      layer.sort((a, b) => (wanted.get(a) as number) - (wanted.get(b) as number));
      spreadLayer(layer, widthOf, x, wanted);
    }
  }
  const left = Math.min(
    ...boxes.map(({ id }) => (x.get(id) as number) - (widthOf.get(id) as number) / 2),
  );
  return new Map(
    boxes.map(({ id }) => [
      id,
      {
        id,
        x: (x.get(id) as number) - left + GAP,
        y: (layerOf.get(id) as number) * LAYER + GAP,
        width: widthOf.get(id) as number,
        height: HEIGHT,
      },
    ]),
  );
}

/** Arrows but those that lead back to where a walk came from. */
function withoutLoops(ids: readonly string[], arrows: readonly Arrow[]): Arrow[] {
  const next = new Map<string, Arrow[]>();
  for (const arrow of arrows) next.set(arrow.from, [...(next.get(arrow.from) ?? []), arrow]);
  const state = new Map<string, 'open' | 'done'>();
  const kept: Arrow[] = [];
  for (const root of ids) {
    if (state.has(root)) continue;
    const stack: { id: string; at: number }[] = [{ id: root, at: 0 }];
    state.set(root, 'open');
    while (stack.length) {
      const top = stack[stack.length - 1];
      const arrow = next.get(top.id)?.[top.at++];
      if (!arrow) {
        state.set(top.id, 'done');
        stack.pop();
        continue;
      }
      if (state.get(arrow.to) === 'open') continue;
      kept.push(arrow);
      if (!state.has(arrow.to)) {
        state.set(arrow.to, 'open');
        stack.push({ id: arrow.to, at: 0 });
      }
    }
  }
  return kept;
}

/** The longest way to each box; a box that takes from nothing stands just above what takes from it. */
function layersOf(ids: readonly string[], arrows: readonly Arrow[]): Map<string, number> {
  const waiting = new Map(ids.map((id) => [id, 0]));
  for (const { to } of arrows) waiting.set(to, (waiting.get(to) as number) + 1);
  const next = neighbours(arrows, 'from', 'to');
  const layer = new Map(ids.map((id) => [id, 0]));
  const sources = new Set(ids.filter((id) => waiting.get(id) === 0));
  const ready = [...sources];
  for (let i = 0; i < ready.length; i++) {
    for (const to of next.get(ready[i]) ?? []) {
      layer.set(to, Math.max(layer.get(to) as number, (layer.get(ready[i]) as number) + 1));
      const left = (waiting.get(to) as number) - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  for (const id of sources) {
    const users = (next.get(id) ?? []).map((to) => layer.get(to) as number);
    if (users.length) layer.set(id, Math.max(0, Math.min(...users) - 1));
  }
  return layer;
}

function neighbours(
  arrows: readonly Arrow[],
  of: 'from' | 'to',
  give: 'from' | 'to',
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const arrow of arrows) {
    const list = found.get(arrow[of]);
    if (list) list.push(arrow[give]);
    else found.set(arrow[of], [arrow[give]]);
  }
  return found;
}

function mean(ids: readonly string[] | undefined, x: ReadonlyMap<string, number>): number | null {
  if (!ids?.length) return null;
  return ids.reduce((sum, id) => sum + (x.get(id) as number), 0) / ids.length;
}

/** Gives the boxes of a layer places near those that are wanted, without overlapping. */
function spreadLayer(
  layer: readonly string[],
  widthOf: ReadonlyMap<string, number>,
  x: Map<string, number>,
  wanted?: ReadonlyMap<string, number>,
): void {
  let right = Number.NEGATIVE_INFINITY;
  let shift = 0;
  for (const id of layer) {
    const half = (widthOf.get(id) as number) / 2;
    const want = wanted?.get(id) ?? (right === Number.NEGATIVE_INFINITY ? 0 : right + GAP + half);
    const place = Math.max(want, right + GAP + half);
    shift += place - want;
    x.set(id, place);
    right = place + half;
  }
  // What was pushed to the right is moved back as a whole, so that the layer stays centred.
  const back = layer.length ? shift / layer.length : 0;
  for (const id of layer) x.set(id, (x.get(id) as number) - back);
}
