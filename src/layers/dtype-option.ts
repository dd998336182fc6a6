import { option } from '../config/index.ts';
import { asDType, type DType } from '../tensor/index.ts';

/** Policies that Keras knows besides plain types, with the type of their weights. */
const policies: Readonly<Record<string, DType>> = {
  mixed_float16: 'float32',
  mixed_bfloat16: 'float32',
};

/** A dtype or policy by its name or by its form in a Keras file; null is the default. */
function parsePolicy(input: unknown): string {
  const name =
    typeof input === 'object' && input !== null
      ? (input as { config?: { name?: unknown } }).config?.name
      : (input ?? 'float32');
  return typeof name === 'string' && Object.hasOwn(policies, name) ? name : asDType(String(name));
}

/** The dtype option of layers, in configs an object as Keras writes it. */
export const dtypePolicy = () =>
  option<string, unknown>(parsePolicy, 'float32' as unknown, {
    write: (name) => ({
      module: 'keras',
      class_name: 'DTypePolicy',
      config: { name },
      registered_name: null,
    }),
  });

/** The dtype option of the few layers whose configs hold its name alone. */
export const plainDtype = () => option<string, unknown>(parsePolicy, 'float32' as unknown);

/** Type of the weights under a policy. */
export const weightDtype = (policy: string): DType => policies[policy] ?? (policy as DType);
