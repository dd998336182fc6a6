/** An object as Keras' JSON has it. */
export interface Serialized {
  readonly module?: string | null;
  readonly class_name: string;
  readonly config: Record<string, unknown>;
  readonly registered_name?: string | null;
  readonly [key: string]: unknown;
}

/** Whether a value is an object in the form of Keras' files. */
export const isSerialized = (value: unknown): value is Serialized =>
  typeof value === 'object' &&
  value !== null &&
  Object.hasOwn(value, 'class_name') &&
  typeof (value as Serialized).class_name === 'string';
