import { noGrad } from '../../autograd/index.ts';
import type { PaddleProgram } from '../../formats/index.ts';
import { contiguous, transpose } from '../../ops/index.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  keep,
  runInScope,
  Scope,
  ShapeError,
  ValueError,
} from '../../tensor/index.ts';
import { Layer } from '../nn/layer.ts';
import { Parameter } from '../parameter.ts';
import { Tensor, type TensorLike, unwrap, wrap } from '../tensor.ts';
import type { RunnableProgram } from './run-program.ts';

/**
 * A layer that runs a program which `paddle.jit.save` wrote. It predicts until `train()` is called; after that gradients reach its
 * parameters, for a training that goes on (dropout and batch normalisation stay as they were saved).
 */
export class TranslatedLayer extends Layer {
  readonly #runnable: RunnableProgram;
  readonly #weights: ReadonlyMap<string, Tensor>;

  constructor(runnable: RunnableProgram, weights: ReadonlyMap<string, CoreTensor>) {
    super();
    this.#runnable = runnable;
    const { program } = runnable;
    const filters = filtersOf(program);
    const made = new Map<string, Tensor>();
    for (const { name, value, trainable, dtype } of program.parameters) {
      const weight = weights.get(name) as CoreTensor;
      const laidOut = filters.has(value) && weight.rank === 4 ? asFilter(weight) : weight;
      const learns = trainable && dtype.startsWith('float');
      made.set(name, learns ? new Parameter(laidOut, { name }) : new Tensor(keep(laidOut), name));
    }
    this.#weights = made;
    this.training = false;
  }

  /** Names of the inputs, in order. */
  get inputNames(): string[] {
    return this.program.inputs.map(({ name }) => name);
  }

  /** Names of the outputs, in order. */
  get outputNames(): string[] {
    return this.program.outputs.map(({ name }) => name);
  }

  /** What is run. */
  get program(): PaddleProgram {
    return this.#runnable.program;
  }

  protected override *members(): Iterable<readonly [string, Parameter | Tensor]> {
    yield* this.#weights;
  }

  override stateDict(): Record<string, Tensor> {
    return Object.fromEntries(this.#weights);
  }

  /** The outputs: a tensor, or a list where there are several. */
  // biome-ignore lint/suspicious/noExplicitAny: one tensor or several, as the program has it
  override forward(...inputs: TensorLike[]): any {
    const given = this.#check(inputs.map((x) => unwrap('jit', x)));
    const weights = new Map(
      this.program.parameters.map(({ name, value }) => [
        value,
        (this.#weights.get(name) as Tensor).tensor as CoreTensor,
      ]),
    );
    const outputs = this.training
      ? this.#runnable.run(given, weights)
      : predict(() => this.#runnable.run(given, weights));
    const wrapped = outputs.map(wrap);
    return wrapped.length === 1 ? wrapped[0] : wrapped;
  }

  #check(inputs: CoreTensor[]): CoreTensor[] {
    const wanted = this.program.inputs;
    if (inputs.length !== wanted.length) {
      const names = wanted.map(({ name }) => name).join(', ');
      throw new ValueError(
        `jit: the program takes ${wanted.length} inputs (${names}), received ${inputs.length}`,
      );
    }
    wanted.forEach(({ name, shape }, i) => {
      const got = inputs[i].shape;
      // Other sizes than those it was saved for may do: what cannot take them says so.
      if (got.length === shape.length) return;
      throw new ShapeError(
        `jit: the input '${name}' is ${formatShape(shape)} (-1 for any size), received ${formatShape(got)}`,
      );
    });
    return inputs;
  }
}

/** Runs without recording, and frees all but the results. */
function predict(run: () => CoreTensor[]): CoreTensor[] {
  const scope = new Scope();
  try {
    return noGrad(() => runInScope(scope, () => run().map((output) => keep(output))));
  } finally {
    scope.end();
  }
}

/** Values that convolutions take as filters. */
const filtersOf = ({ operations }: PaddleProgram): Set<string> =>
  new Set(
    operations
      .filter(({ type }) => type === 'conv2d' || type === 'depthwise_conv2d')
      .flatMap(({ inputs }) => inputs.Filter ?? inputs['1'] ?? []),
  );

/** The same filter [out, in, height, width], in memory as the kernels want it. */
const asFilter = (weight: CoreTensor): CoreTensor =>
  transpose(contiguous(transpose(weight, [2, 3, 1, 0])), [3, 2, 0, 1]);
