import { ValueError } from '../tensor/index.ts';
import { type DrawOptions, Figure, type Panel } from './figure.ts';
import { rectangle, round, textAt } from './svg.ts';

/** A layer in a graph. */
export interface GraphNode {
  readonly name: string;
  /** Its kind, such as `Conv2D`. */
  readonly kind: string;
  /** What is written below: a shape, a number of parameters. */
  readonly detail?: string;
  /** Names of the nodes whose outputs it takes. */
  readonly inputs: readonly string[];
}

const nodeWidth = 210;
const nodeHeight = 46;
const gapX = 24;
const gapY = 30;

/**
 * The layers of a model as boxes, from the inputs down.
 * @example await plot.modelGraph([{ name: 'in', kind: 'InputLayer', inputs: [] }]).save('model.svg');
 */
export function modelGraph(
  nodes: readonly GraphNode[],
  { title = '', ...options }: DrawOptions & { readonly title?: string } = {},
): Figure {
  const depths = depthsOf(nodes);
  const levels: GraphNode[][] = [];
  for (const node of nodes) (levels[depths.get(node.name) as number] ??= []).push(node);
  const widest = Math.max(...levels.map((level) => level.length));
  const own = {
    width: widest * (nodeWidth + gapX) + gapX,
    height: levels.length * (nodeHeight + gapY) + gapY,
  };
  const centres = new Map<string, { x: number; y: number }>();
  levels.forEach((level, depth) => {
    level.forEach((node, i) => {
      const x = own.width / 2 + (i - (level.length - 1) / 2) * (nodeWidth + gapX);
      centres.set(node.name, { x, y: gapY + depth * (nodeHeight + gapY) + nodeHeight / 2 });
    });
  });
  const panel: Panel = {
    ...own,
    draw: async ({ width, height, theme }) => {
      const lines = nodes.flatMap((node) =>
        node.inputs.map((input) => {
          const from = centres.get(input) as { x: number; y: number };
          const to = centres.get(node.name) as { x: number; y: number };
          const [y1, y2] = [from.y + nodeHeight / 2, to.y - nodeHeight / 2];
          const bend = Math.max(gapY / 2, (y2 - y1) / 2);
          const path = `M${round(from.x)} ${round(y1)}C${round(from.x)} ${round(y1 + bend)} ${round(to.x)} ${round(y2 - bend)} ${round(to.x)} ${round(y2)}`;
          const tip = `M${round(to.x - 4)} ${round(y2 - 6)}L${round(to.x)} ${round(y2)}L${round(to.x + 4)} ${round(y2 - 6)}`;
          return `<path d="${path}${tip}" fill="none" stroke="${theme.faint}" stroke-width="1.4"/>`;
        }),
      );
      const boxes = nodes.map(({ name, kind, detail = '' }) => {
        const { x, y } = centres.get(name) as { x: number; y: number };
        const style = `rx="6" fill="${theme.background}" stroke="${theme.series[0]}" stroke-width="1.5"`;
        return (
          rectangle(x - nodeWidth / 2, y - nodeHeight / 2, nodeWidth, nodeHeight, style) +
          textAt(x, y - 3, `${name} (${kind})`.slice(0, 34), {
            color: theme.text,
            anchor: 'middle',
            bold: true,
          }) +
          textAt(x, y + 15, detail.slice(0, 36), {
            color: theme.faint,
            anchor: 'middle',
            size: 11,
          })
        );
      });
      return `<svg width="${round(width)}" height="${round(height)}" viewBox="0 0 ${own.width} ${own.height}">${lines.join('')}${boxes.join('')}</svg>`;
    },
  };
  return new Figure([[panel]], title, options);
}

/** The longest way from an input to each node. */
function depthsOf(nodes: readonly GraphNode[]): Map<string, number> {
  if (!nodes.length) throw new ValueError('plot.modelGraph: there are no layers');
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const depths = new Map<string, number>();
  const open = new Set<string>();
  const depthOf = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const node = byName.get(name);
    if (!node) throw new ValueError(`plot.modelGraph: an input '${name}' is not among the layers`);
    if (open.has(name)) throw new ValueError(`plot.modelGraph: '${name}' is an input of itself`);
    open.add(name);
    const depth = node.inputs.length ? 1 + Math.max(...node.inputs.map(depthOf)) : 0;
    depths.set(name, depth);
    return depth;
  };
  for (const { name } of nodes) depthOf(name);
  return depths;
}
