import type { LogGraphNode } from 'gradus/formats';

/** A box that is drawn: a node, or a group of which nothing inside is drawn. */
export interface Box {
  readonly id: string;
  readonly label: string;
  readonly node: LogGraphNode | null;
  /** Operations in a folded group. */
  readonly size: number;
  /** The group that it is in, unfolded; empty at the top. */
  readonly parent: string;
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** Shapes of what flows along it. */
  readonly label: string;
}

export interface FoldedGraph {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

const parentOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('/')));
const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** Groups around a name, the outermost first. */
function groupsAround(name: string): string[] {
  const parts = name.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}

/** All groups of a graph. */
export const allGroups = (nodes: readonly LogGraphNode[]): Set<string> =>
  new Set(nodes.flatMap(({ name }) => groupsAround(name)));

/** Groups to unfold at first: those at the top that hold all there is. */
export function firstGroups(nodes: readonly LogGraphNode[]): Set<string> {
  const tops = new Set(nodes.map(({ name }) => groupsAround(name)[0]).filter((top) => top));
  return tops.size <= 2 ? (tops as Set<string>) : new Set();
}

export const shapeText = (shape: readonly number[] | null): string =>
  shape === null
    ? ''
    : shape.length === 0
      ? 'scalar'
      : shape.map((n) => (n < 0 ? '?' : n)).join('×');

/** What is drawn when these groups are unfolded. */
export function foldGraph(
  nodes: readonly LogGraphNode[],
  unfolded: ReadonlySet<string>,
): FoldedGraph {
  /** The box that stands for a node. */
  const boxOf = new Map<string, string>();
  const boxes = new Map<string, Box>();
  for (const node of nodes) {
    const folded = groupsAround(node.name).find((group) => !unfolded.has(group));
    const id = folded ?? node.name;
    boxOf.set(node.name, id);
    const known = boxes.get(id);
    boxes.set(id, {
      id,
      label: lastPart(id),
      node: folded === undefined ? node : null,
      size: (known?.size ?? 0) + 1,
      parent: parentOf(id),
    });
  }
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const arrows = new Map<string, { from: string; to: string; labels: Set<string> }>();
  for (const node of nodes) {
    const to = boxOf.get(node.name) as string;
    for (const input of node.inputs) {
      const from = boxOf.get(input);
      if (from === undefined || from === to) continue;
      const key = `${from}\n${to}`;
      const arrow = arrows.get(key) ?? { from, to, labels: new Set() };
      const shape = shapeText(byName.get(input)?.shape ?? null);
      if (shape) arrow.labels.add(shape);
      arrows.set(key, arrow);
    }
  }
  return {
    boxes: [...boxes.values()],
    arrows: [...arrows.values()].map(({ from, to, labels }) => ({
      from,
      to,
      label: labels.size > 2 ? `${labels.size} ×` : [...labels].join(', '),
    })),
  };
}
