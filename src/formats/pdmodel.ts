// Paddle's older programs: a ProgramDesc of framework.proto.
import { FormatError } from '../tensor/index.ts';
import type { DecodeOptions, FileDType } from './file-array.ts';
import {
  type MessageFields,
  readMessage,
  readTensorDescription,
  type TensorDescription,
} from './paddle-message.ts';
import {
  maxOperations,
  type PaddleProgram,
  type ProgramAttribute,
  type ProgramInput,
  type ProgramOperation,
} from './paddle-program.ts';

/** Whether bytes look like the beginning of a ProgramDesc: its first field holds the blocks. */
export const sniff = (head: Uint8Array): boolean => head[0] === 0x0a;

interface Variable {
  name: string;
  /** `VarType.Type`: 7 is a tensor, 9 and 10 are the lists of inputs and outputs. */
  kind: number;
  description: Uint8Array | null;
  persistable: boolean;
  isParameter: boolean;
}

const dense = 7;

interface Block {
  variables: Variable[];
  operations: ProgramOperation[];
}

/** The program in a `.pdmodel` file. Throws a FormatError where it is none, or has loops or branches. */
export function decode(bytes: Uint8Array, { file }: DecodeOptions = {}): PaddleProgram {
  const place = { file };
  const blocks = readMessage(bytes, [] as Block[], programFields, place);
  const [block] = blocks;
  if (!block) throw new FormatError('no program of Paddle: there is no block', place);
  if (blocks.length > 1) {
    const received = `${blocks.length} blocks`;
    throw new FormatError('programs with loops or branches are not read', {
      ...{ ...place, received },
      expected: 'one block',
    });
  }
  if (block.operations.length > maxOperations) {
    throw new FormatError(`more than ${maxOperations} operations`, place);
  }
  const { variables, operations } = block;
  const describe = ({ description }: Variable): TensorDescription | null =>
    description && readTensorDescription(description, place);
  const tensors = new Map(variables.map((variable) => [variable.name, variable]));
  const ports = (type: string, side: 'inputs' | 'outputs', key: string): string[] => {
    const found = operations.filter((operation) => operation.type === type);
    found.sort((a, b) => Number(a.attributes.col ?? 0) - Number(b.attributes.col ?? 0));
    return found.flatMap((operation) => operation[side][key] ?? []);
  };
  const input = (name: string): ProgramInput => {
    const variable = tensors.get(name);
    const { shape, dtype } = (variable && describe(variable)) ?? { shape: [], dtype: null };
    return { name, value: name, shape, dtype: dtype as FileDType | null };
  };
  const parameters = variables
    .filter(({ persistable, kind }) => persistable && kind === dense)
    .map((variable) => {
      const description = describe(variable);
      if (!description) {
        throw new FormatError('a parameter without a shape', { ...place, member: variable.name });
      }
      const { name, isParameter } = variable;
      return { name, value: name, trainable: isParameter, ...description };
    });
  return {
    format: 'pdmodel',
    inputs: ports('feed', 'outputs', 'Out').map(input),
    outputs: ports('fetch', 'inputs', 'X').map((name) => ({ name, value: name })),
    parameters,
    operations: operations.filter(({ type }) => type !== 'feed' && type !== 'fetch'),
  };
}

const programFields: MessageFields<Block[]> = {
  1: (blocks, reader) =>
    void blocks.push(reader.message({ variables: [], operations: [] }, blockFields)),
};

const blockFields: MessageFields<Block> = {
  3: (block, reader) => {
    const empty: Variable = {
      ...{ name: '', kind: -1, description: null, persistable: false, isParameter: false },
    };
    block.variables.push(reader.message(empty, variableFields));
  },
  4: (block, reader) => {
    const empty: Operation = {
      type: '',
      inputs: noNames(),
      outputs: noNames(),
      attributes: noNames(),
    };
    block.operations.push(reader.message(empty, operationFields));
  },
};

/** An object that a file's names cannot reach out of. */
const noNames = <T>(): Record<string, T> => Object.create(null);

const variableFields: MessageFields<Variable> = {
  1: (variable, reader) => {
    variable.name = reader.text();
  },
  2: (variable, reader) => {
    reader.message(variable, {
      1: (into, type) => {
        into.kind = type.integer();
      },
      3: (into, type) => {
        type.message(into, {
          1: (of, tensor) => {
            of.description = tensor.bytes();
          },
        });
      },
    });
  },
  3: (variable, reader) => {
    variable.persistable = reader.boolean();
  },
  5: (variable, reader) => {
    variable.isParameter = reader.boolean();
  },
};

interface Operation extends ProgramOperation {
  type: string;
  readonly inputs: Record<string, readonly string[]>;
  readonly outputs: Record<string, readonly string[]>;
  readonly attributes: Record<string, ProgramAttribute>;
}

interface Slot {
  name: string;
  values: string[];
}

const slotFields: MessageFields<Slot> = {
  1: (slot, reader) => {
    slot.name = reader.text();
  },
  2: (slot, reader) => void slot.values.push(reader.text()),
};

const operationFields: MessageFields<Operation> = {
  1: (operation, reader) => {
    const { name, values } = reader.message<Slot>({ name: '', values: [] }, slotFields);
    operation.inputs[name] = values;
  },
  2: (operation, reader) => {
    const { name, values } = reader.message<Slot>({ name: '', values: [] }, slotFields);
    operation.outputs[name] = values;
  },
  3: (operation, reader) => {
    operation.type = reader.text();
  },
  4: (operation, reader) => {
    const attribute = reader.message<Attribute>(
      { name: '', kind: -1, value: null, list: [] },
      attributeFields,
    );
    const { name, kind, value, list } = attribute;
    operation.attributes[name] = listKinds.includes(kind) ? list : value;
  },
};

interface Attribute {
  name: string;
  /** `AttrType`. */
  kind: number;
  value: ProgramAttribute;
  list: (boolean | number | string | null)[];
}

/** INTS, FLOATS, STRINGS, BOOLEANS, BLOCKS, LONGS, FLOAT64S, VARS, SCALARS. */
const listKinds = [3, 4, 5, 7, 10, 11, 12, 14, 17];

type Single = (reader: Parameters<MessageFields<Attribute>[number]>[1]) => ProgramAttribute;

const single =
  (read: Single): MessageFields<Attribute>[number] =>
  (attribute, reader) => {
    attribute.value = read(reader);
  };

const attributeFields: MessageFields<Attribute> = {
  1: (attribute, reader) => {
    attribute.name = reader.text();
  },
  2: (attribute, reader) => {
    attribute.kind = reader.integer();
  },
  3: single((reader) => reader.integer()),
  4: single((reader) => reader.float32()),
  5: single((reader) => reader.text()),
  6: ({ list }, reader) => void reader.integers(list as number[]),
  7: ({ list }, reader) => void reader.floats32(list as number[]),
  8: ({ list }, reader) => void list.push(reader.text()),
  10: single((reader) => reader.boolean()),
  11: ({ list }, reader) => void reader.booleans(list as boolean[]),
  13: single((reader) => reader.integer()),
  15: ({ list }, reader) => void reader.integers(list as number[]),
  16: ({ list }, reader) => void reader.floats64(list as number[]),
  17: single((reader) => reader.text()),
  18: ({ list }, reader) => void list.push(reader.text()),
  19: single((reader) => reader.float64()),
  20: (attribute, reader) => {
    attribute.value = readScalar(reader.bytes());
  },
  21: ({ list }, reader) => void list.push(readScalar(reader.bytes())),
};

/** A `Scalar`: a number with its type. */
function readScalar(bytes: Uint8Array): boolean | number | null {
  const scalar = { value: null as boolean | number | null };
  return readMessage(bytes, scalar, {
    2: (into, reader) => {
      into.value = reader.boolean();
    },
    3: (into, reader) => {
      into.value = reader.integer();
    },
    4: (into, reader) => {
      into.value = reader.float64();
    },
  }).value;
}
