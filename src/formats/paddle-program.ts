import type { FileDType } from './file-array.ts';
import type { TensorDescription } from './paddle-message.ts';

/** The value of an operation's attribute. */
export type ProgramAttribute =
  | null
  | boolean
  | number
  | string
  | readonly (null | boolean | number | string)[];

/** A tensor that comes into a program or leaves it. */
export interface ProgramPort {
  readonly name: string;
  /** The value's name within the program. */
  readonly value: string;
}

/** An input, with the shape that it was saved for; -1 fits any size. */
export interface ProgramInput extends ProgramPort {
  readonly shape: readonly number[];
  readonly dtype: FileDType | null;
}

/** A parameter or buffer: its elements stand in `.pdiparams`, in the order of the names. */
export interface ProgramParameter extends ProgramPort, TensorDescription {
  readonly trainable: boolean;
}

/** One operation: what it does, and the names of the values that it takes and gives. */
export interface ProgramOperation {
  /** `conv2d`, `pool2d`: the older and the newer format often agree. */
  readonly type: string;
  /**
   * Lists of values by the parameter's name (`Input`, `Filter`) in `.pdmodel`, by its place (`0`, `1`) in PIR. What was left out
   * is an empty list.
   */
  readonly inputs: Readonly<Record<string, readonly string[]>>;
  readonly outputs: Readonly<Record<string, readonly string[]>>;
  readonly attributes: Readonly<Record<string, ProgramAttribute>>;
}

/** What `paddle.jit.save` wrote: operations in the order in which they run. */
export interface PaddleProgram {
  readonly format: 'pdmodel' | 'pir';
  readonly inputs: readonly ProgramInput[];
  readonly outputs: readonly ProgramPort[];
  readonly parameters: readonly ProgramParameter[];
  readonly operations: readonly ProgramOperation[];
}

/** Operations beyond this number are refused. */
export const maxOperations = 100_000;
