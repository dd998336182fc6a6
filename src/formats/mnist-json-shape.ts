/** Names of the parts, in the order of the file. */
export const partNames = ['train', 'valid', 'eval'] as const;
export type PartName = (typeof partNames)[number];

/** Numbers of an image. */
export const pixelsOfImage = 784;
