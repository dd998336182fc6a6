import { isShape, type LayerNode, type SymbolicShape } from '../layers/keras-tensor.ts';
import type { Layer } from '../layers/layer.ts';
import type { GraphNode } from '../plot/index.ts';
import { bytesPerElement, type Tensor, ValueError } from '../tensor/index.ts';
import type { Model } from './model.ts';
import { getOutput } from './output.ts';
import { type TextColumn, textTable } from './text-table.ts';

/** What `summary` takes. */
export interface SummaryOptions {
  /** Characters of a line; default 88, or 108 for a network with branches. */
  readonly lineLength?: number;
  /** Where the columns end, as parts of the line. */
  readonly positions?: readonly number[];
  /** Gets the whole table as one string; by default it is printed. */
  readonly printFn?: (text: string) => void;
  /** Shows the layers of models inside the model. */
  readonly expandNested?: boolean;
  /** Adds a column with Y or N. */
  readonly showTrainable?: boolean;
  /** Names of the first and last layer to show. */
  readonly layerRange?: readonly [string, string];
}

/** Keras' table of a model's layers, output shapes and numbers of parameters, as text. */
export function summarize(model: Model, options: SummaryOptions = {}): string {
  const { expandNested = false, showTrainable = false } = options;
  const branches = model.graph !== null && !isChain(model.graph.nodes) && !model.isSequential;
  const columns: Omit<TextColumn, 'width'>[] = [
    { heading: 'Layer (type)', align: 'left' },
    { heading: 'Output Shape', align: 'left' },
    { heading: 'Param #', align: 'right' },
  ];
  let positions = options.positions ?? (branches ? [0.3, 0.56, 0.74, 1] : [0.45, 0.8, 1]);
  let wanted = branches ? 108 : 88;
  if (branches) columns.push({ heading: 'Connected to', align: 'left' });
  if (showTrainable) {
    columns.push({ heading: 'Trainable', align: 'center' });
    positions = [...positions.map((p) => p * 0.9), 1];
    wanted += 12;
  }
  const { isTerminal, columns: terminal } = getOutput();
  if (!options.printFn && isTerminal && terminal) wanted = Math.min(wanted, terminal - 4);
  const lineLength = options.lineLength ?? wanted;
  const ends = positions.map((p) => Math.floor(p * lineLength));
  const widths = ends.map((end, i) => end - (ends[i - 1] ?? 0));
  if (widths.some((width) => width < 4)) {
    throw new ValueError(
      `summary: lineLength ${lineLength} is too short for ${widths.length} columns`,
    );
  }
  const nodes = new Set(model.graph?.nodes);
  const rows = selectRange(model.layers, options.layerRange).flatMap((layer) =>
    layerRows(layer, 0, expandNested).map(({ layer: shown, name }) => [
      `${name} (${shown.className})`,
      outputShapes(shown),
      shown.built ? shown.countParams().toLocaleString('en-US') : '0 (unbuilt)',
      ...(branches ? [connections(shown, nodes)] : []),
      ...(showTrainable ? [shown.weights.length ? (shown.trainable ? 'Y' : 'N') : '-'] : []),
    ]),
  );
  const table = textTable(
    columns.map((column, i) => ({ ...column, width: widths[i] })),
    rows,
    lineLength,
  );
  return [`Model: "${model.name}"`, ...table, ...totals(model), ''].join('\n');
}

interface Row {
  readonly layer: Layer;
  readonly name: string;
}

function layerRows(layer: Layer, level: number, expand: boolean): Row[] {
  const own = { layer, name: `${level ? `${'   '.repeat(level)}└ ` : ''}${layer.name}` };
  const inner = expand ? ((layer as Partial<Model>).layers ?? []) : [];
  return [own, ...inner.flatMap((part) => layerRows(part, level + 1, expand))];
}

function selectRange(
  layers: readonly Layer[],
  range: readonly [string, string] | undefined,
): readonly Layer[] {
  if (!range) return layers;
  const matches = (pattern: string) => (layer: Layer) =>
    new RegExp(`^(?:${pattern})`).test(layer.name);
  const first = layers.findIndex(matches(range[0]));
  const last = layers.findLastIndex(matches(range[1]));
  if (first < 0 || last < 0) {
    throw new ValueError(
      `summary: layerRange [${range.join(', ')}] names no layers; there are ` +
        layers.map(({ name }) => name).join(', '),
    );
  }
  return layers.slice(Math.min(first, last), Math.max(first, last) + 1);
}

/** Whether each layer is applied once, to the result of the one before. */
function isChain(nodes: readonly LayerNode[]): boolean {
  const layers = new Set(nodes.map(({ layer }) => layer));
  if (layers.size !== nodes.length) return false;
  return nodes.every((node, i) => {
    const inputs = node.inputTensors;
    return inputs.length <= 1 && (i === 0 ? inputs.length === 0 : inputs[0]?.node === nodes[i - 1]);
  });
}

const formatSymbolicShape = (shape: SymbolicShape): string =>
  `(${shape.map((n) => n ?? 'None').join(', ')}${shape.length === 1 ? ',' : ''})`;

function outputShapes(layer: Layer): string {
  const shapes = outputShapesOf(layer);
  if (!shapes) return '?';
  const texts = shapes.map((shape) => `(${shape.map((n) => n ?? 'None').join(', ')})`);
  return texts.length === 1 ? texts[0] : `[${shapes.map(formatSymbolicShape).join(', ')}]`;
}

/** Shapes of what the layer gave last, or would give for the shape that it was built for. */
function outputShapesOf(layer: Layer): readonly SymbolicShape[] | null {
  const node = layer.inboundNodes.at(-1);
  if (node) return node.outputs.map(({ shape }) => shape);
  if (!layer.buildShape) return null;
  const shape = layer.computeOutputShape(layer.buildShape);
  return isShape(shape) ? [shape] : (shape as readonly SymbolicShape[]);
}

function connections(layer: Layer, nodes: ReadonlySet<LayerNode>): string {
  const parents = layer.inboundNodes
    .filter((node) => nodes.has(node))
    .flatMap((node) => node.inputTensors)
    .flatMap(({ node, index }) => (node ? [`${node.layer.name}[${node.index}][${index}]`] : []));
  return parents.join(', ') || '-';
}

/** The layers as a graph to be drawn: shapes and numbers of parameters beside the names. */
export function graphNodes(model: Model): GraphNode[] {
  const nodes = new Set(model.graph?.nodes);
  const layers = nodes.size ? [...new Set([...nodes].map(({ layer }) => layer))] : model.layers;
  return layers.map((layer, i) => {
    const parents = layer.inboundNodes
      .filter((node) => nodes.has(node))
      .flatMap((node) => node.inputTensors)
      .flatMap(({ node }) => (node ? [node.layer.name] : []));
    const before = nodes.size || i === 0 ? [] : [layers[i - 1].name];
    const parameters = layer.built ? layer.countParams() : 0;
    const count = parameters ? `, ${parameters.toLocaleString('en-US')}` : '';
    return {
      name: layer.name,
      kind: layer.className,
      detail: `${outputShapes(layer)}${count}`,
      inputs: [...new Set([...parents, ...before])],
    };
  });
}

function totals(model: Model): string[] {
  const trainable = model.trainableWeights;
  const fixed = model.nonTrainableWeights;
  const optimizer = model.optimizerVariables;
  const line = (title: string, tensors: readonly Tensor[]): string => {
    const count = tensors.reduce((sum, { size }) => sum + size, 0);
    const bytes = tensors.reduce((sum, { size, dtype }) => sum + size * bytesPerElement(dtype), 0);
    return ` ${title} params: ${count.toLocaleString('en-US')} (${formatBytes(bytes)})`;
  };
  return [
    line('Total', [...trainable, ...fixed, ...optimizer]),
    line('Trainable', trainable),
    line('Non-trainable', fixed),
    ...(optimizer.length ? [line('Optimizer', optimizer)] : []),
  ];
}

function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  while (value >= 1024 && units.length > 1) {
    value /= 1024;
    units.shift();
  }
  return `${value.toFixed(2)} ${units[0]}`;
}
