/** What the layer that is being called passes on to the layers inside it. */
interface CallContext {
  /** Whether random and batch-dependent layers behave as in training. */
  readonly training: boolean | undefined;
  /** How many layers are being called around this one. */
  readonly depth: number;
}

let context: CallContext = { training: undefined, depth: 0 };

/** The call in progress. */
export const callContext = (): CallContext => context;

/** Runs a layer's call; layers called by `f` inherit `training`. */
export function withCall<T>(training: boolean | undefined, f: () => T): T {
  const outer = context;
  context = { training: training ?? outer.training, depth: outer.depth + 1 };
  try {
    return f();
  } finally {
    context = outer;
  }
}

const path: string[] = [];

/** Runs `f` with `name` added to the path of the weights that are made in it. */
export function withPath<T>(name: string, f: () => T): T {
  path.push(name);
  try {
    return f();
  } finally {
    path.pop();
  }
}

/** The path of a weight made now: `sequential/dense/kernel`. */
export const weightPath = (name: string): string => [...path, name].join('/');
