import type { GraphNode, Tensor } from '../tensor/index.ts';
import { observeOperations } from './tape.ts';

/** A computation as boxes and arrows. */
export interface DataFlowGraph {
  readonly nodes: readonly DataFlowNode[];
  readonly edges: readonly DataFlowEdge[];
}

/** An operation of a graph, or a tensor that nothing computed. */
export interface DataFlowNode {
  readonly id: number;
  /** Operation, `leaf` for a tensor that nothing computed. */
  readonly op: string;
  /** Shape and dtype of the first result. */
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** From the node that computes a tensor to the node that uses it, as its `input`-th operand. */
export interface DataFlowEdge {
  readonly from: number;
  readonly to: number;
  readonly input: number;
}

/**
 * The recorded computation behind a tensor, operands before their users.
 * @example console.log(graph(loss).nodes.map((node) => node.op));
 */
export function graph(root: Tensor): DataFlowGraph {
  const builder = new GraphBuilder();
  builder.visit(root);
  return builder;
}

/** Every operation that `f` runs, whether or not it needs gradients. */
export function traceGraph(f: () => unknown): DataFlowGraph {
  const builder = new GraphBuilder();
  observeOperations((node, outputs) => builder.record(node, outputs), f);
  return builder;
}

class GraphBuilder implements DataFlowGraph {
  readonly nodes: DataFlowNode[] = [];
  readonly edges: DataFlowEdge[] = [];
  readonly #ids = new Map<object, number>();

  visit(root: Tensor): void {
    const stack: Tensor[] = [root];
    while (stack.length) {
      const tensor = stack[stack.length - 1];
      if (this.#ids.has(tensor.node ?? tensor)) {
        stack.pop();
        continue;
      }
      const waiting = (tensor.node?.inputs ?? []).filter((x) => !this.#ids.has(x.node ?? x));
      if (waiting.length) {
        stack.push(...waiting);
        continue;
      }
      stack.pop();
      this.#add(tensor.node, tensor);
    }
  }

  record(node: GraphNode, outputs: readonly Tensor[]): void {
    for (const x of node.inputs) if (!this.#ids.has(x)) this.#ids.set(x, this.#push('leaf', x, {}));
    const id = this.#push(node.op, outputs[0], node.attributes);
    for (const y of outputs) this.#ids.set(y, id);
    node.inputs.forEach((x, input) => {
      this.edges.push({ from: this.#ids.get(x) as number, to: id, input });
    });
  }

  #add(node: GraphNode | null, tensor: Tensor): void {
    const id = this.#push(node?.op ?? 'leaf', tensor, node?.attributes ?? {});
    this.#ids.set(node ?? tensor, id);
    node?.inputs.forEach((x, input) => {
      this.edges.push({ from: this.#ids.get(x.node ?? x) as number, to: id, input });
    });
  }

  #push(op: string, { shape, dtype }: Tensor, attributes: DataFlowNode['attributes']): number {
    const id = this.nodes.length;
    this.nodes.push({ id, op, shape, dtype, attributes });
    return id;
  }
}
