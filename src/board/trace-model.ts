import type { DataFlowGraph } from '../autograd/index.ts';
import { observeOperations, withGradients } from '../autograd/tape.ts';
import type { LogGraph, LogGraphNode } from '../formats/tfevents-graph.ts';
import { weightPath } from '../layers/call-context.ts';
import { zeros } from '../ops/index.ts';
import {
  type GraphNode,
  runInScope,
  Scope,
  type Shape,
  Tensor,
  ValueError,
} from '../tensor/index.ts';

/** A network: a layer or model, or a function of a tensor. */
export type Traceable =
  | ((input: Tensor) => unknown)
  | { apply(input: Tensor, options?: { training?: boolean }): unknown };

/** What a network is traced with: a tensor, or the shape of one (null for the batch). */
export type TraceInput = Tensor | readonly (number | null)[];

/**
 * Runs a network once and notes its operations, grouped by the layers that ran them.
 * @example traceModel(model, [null, 28, 28, 1])
 */
export function traceModel(model: Traceable, input: TraceInput): LogGraph {
  const nodes: LogGraphNode[] = [];
  const scope = new Scope();
  try {
    runInScope(scope, () => {
      const x = input instanceof Tensor ? input : zeros(input.map((n) => n ?? 1) as Shape);
      const tracer = new Tracer(nodes, x);
      const run = (): unknown =>
        typeof model === 'function' ? model(x) : model.apply(x, { training: false });
      withGradients(false, () =>
        observeOperations((node, outputs) => tracer.record(node, outputs), run),
      );
    });
  } finally {
    scope.end();
  }
  if (nodes.length < 2) throw new ValueError('addGraph: the model ran no operation');
  return { nodes };
}

class Tracer {
  readonly #nodes: LogGraphNode[];
  readonly #names = new Map<Tensor, string>();
  readonly #used = new Map<string, number>();

  constructor(nodes: LogGraphNode[], input: Tensor) {
    this.#nodes = nodes;
    this.#push('input', 'Input', [], input, {});
  }

  record(node: GraphNode, outputs: readonly Tensor[]): void {
    const inputs = node.inputs.map((x) => this.#names.get(x) ?? this.#leaf(x));
    const name = this.#push(weightPath(node.op), node.op, inputs, outputs[0], node.attributes);
    for (const output of outputs) this.#names.set(output, name);
  }

  /** A weight under its own path, anything else that nothing computed beside its user. */
  #leaf(x: Tensor): string {
    const { path } = x as { path?: string };
    return path
      ? this.#push(path, 'Parameter', [], x, {})
      : this.#push(weightPath('const'), 'Const', [], x, {});
  }

  #push(
    wanted: string,
    op: string,
    inputs: readonly string[],
    result: Tensor,
    attributes: Readonly<Record<string, unknown>>,
  ): string {
    const count = this.#used.get(wanted) ?? 0;
    this.#used.set(wanted, count + 1);
    const name = count ? `${wanted}_${count}` : wanted;
    const { shape, dtype } = result;
    this.#nodes.push({ name, op, inputs, shape: [...shape], dtype, attributes: shown(attributes) });
    this.#names.set(result, name);
    return name;
  }
}

const shown = (attributes: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes)
      .filter(([, value]) => value !== undefined && typeof value !== 'function')
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );

/** A recorded computation (`loss.graph()`) as a graph of a log. */
export function fromDataFlow({ nodes, edges }: DataFlowGraph): LogGraph {
  const names = nodes.map(({ id, op }) => `${op}_${id}`);
  return {
    nodes: nodes.map(({ id, op, shape, dtype, attributes }) => ({
      name: names[id],
      op,
      inputs: edges
        .filter(({ to }) => to === id)
        .sort((a, b) => a.input - b.input)
        .map(({ from }) => names[from]),
      shape,
      dtype,
      attributes: shown(attributes),
    })),
  };
}
