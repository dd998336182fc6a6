import type { Shape } from '../tensor/index.ts';

/** How labels tell classes: 0 or 1, the class's number, or a one for the class among zeros. */
export type Classification = 'binary' | 'sparse' | 'categorical';

/** What kind of labels and predictions of those shapes are; Keras' rule for 'accuracy' and 'crossentropy'. */
export function classification(label: Shape, prediction: Shape): Classification {
  const classes = prediction.at(-1) ?? 1;
  if (classes === 1) return 'binary';
  return label.length < prediction.length || label.at(-1) === 1 ? 'sparse' : 'categorical';
}
