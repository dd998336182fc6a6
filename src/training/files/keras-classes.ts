/** Layers that have another name inside Keras than the one that its users know; files hold the inner one. */
const innerNames: Readonly<Record<string, string>> = {
  GroupQueryAttention: 'GroupedQueryAttention',
};

/** The name of a class inside Keras. */
export const innerName = (className: string): string =>
  Object.hasOwn(innerNames, className) ? innerNames[className] : className;
