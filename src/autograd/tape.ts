import { type GraphNode, runWithDataOf, type Tensor } from '../tensor/index.ts';

/** Gradients of an operation's inputs, given those of its results (null where a result has none). */
export type Backward = (
  gradients: readonly (Tensor | null)[],
  needed: readonly boolean[],
) => readonly (Tensor | null)[];

/** An operation on the tape: enough to go back through it. */
export interface TapeNode extends GraphNode {
  readonly inputs: Tensor[];
  readonly outputs: number;
  backward: Backward | null;
}

let enabled = true;
let nextId = 0;
let observer: ((node: GraphNode, outputs: readonly Tensor[]) => void) | null = null;

/** Whether operations are being recorded for `backward()`. */
export const gradientsEnabled = (): boolean => enabled;

/** Runs `f` with recording on or off. */
export function withGradients<T>(on: boolean, f: () => T): T {
  const outer = enabled;
  enabled = on;
  try {
    return f();
  } finally {
    enabled = outer;
  }
}

/**
 * Runs `f` without recording: nothing inside it has a gradient.
 * @example const prediction = noGrad(() => model.call(x));
 */
export const noGrad = <T>(f: () => T): T => withGradients(false, f);

/** Runs `f` and tells `see` of every operation, whether or not it needs gradients. */
export function observeOperations<T>(
  see: (node: GraphNode, outputs: readonly Tensor[]) => void,
  f: () => T,
): T {
  const outer = observer;
  observer = see;
  try {
    return f();
  } finally {
    observer = outer;
  }
}

/** What the tape notes of an operation besides its inputs. */
export interface OperationOptions {
  /** What the graph shows of the operation besides its inputs. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Absent for operations without a gradient (comparisons, integers). */
  readonly backward?: Backward;
}

/**
 * Runs an operation and puts it on the tape if a gradient may be asked for. `forward` works unrecorded;
 * `backward` is written in differentiable operations, so that gradients of gradients follow.
 */
export function operation(
  op: string,
  inputs: readonly Tensor[],
  forward: () => readonly Tensor[],
  { attributes = {}, backward }: OperationOptions = {},
): readonly Tensor[] {
  const outerObserver = observer;
  observer = null;
  let outputs: readonly Tensor[];
  try {
    outputs = runWithDataOf(inputs, () => withGradients(false, forward));
  } finally {
    observer = outerObserver;
  }
  const tracked = enabled && backward !== undefined && inputs.some((x) => x.requiresGrad);
  if (!tracked && !observer) return outputs;
  const node: TapeNode = {
    id: nextId++,
    op,
    inputs: [...inputs],
    attributes,
    outputs: outputs.length,
    backward: tracked ? backward : null,
  };
  if (tracked) {
    for (let i = 0; i < outputs.length; i++) {
      outputs[i].node = node;
      outputs[i].outputIndex = i;
      outputs[i].requiresGrad = true;
    }
  }
  observer?.(node, outputs);
  return outputs;
}

/** `operation` with one result. */
export function unaryResult(
  op: string,
  inputs: readonly Tensor[],
  forward: () => Tensor,
  options: {
    readonly attributes?: Readonly<Record<string, unknown>>;
    readonly backward?: (
      gradient: Tensor,
      needed: readonly boolean[],
    ) => readonly (Tensor | null)[];
  } = {},
): Tensor {
  const { attributes, backward } = options;
  return operation(op, inputs, () => [forward()], {
    attributes,
    backward: backward && ((gradients, needed) => backward(gradients[0] as Tensor, needed)),
  })[0];
}
