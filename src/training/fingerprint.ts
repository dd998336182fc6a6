import type { Model } from './model.ts';

const identities = new WeakMap<object, number>();
let nextIdentity = 0;
function identityOf(object: object): number {
  let identity = identities.get(object);
  if (identity === undefined) {
    identity = nextIdentity++;
    identities.set(object, identity);
  }
  return identity;
}

/** Changes when a plan of the model no longer holds: other weights, or other flags of what is trained. */
export function fingerprintOf(model: Model): string {
  const flags = model.flattenLayers().map((layer) => (layer.trainable ? 1 : 0));
  const weights = model.weights.map(
    (weight) => `${identityOf(weight)}${weight.trainable ? '+' : '-'}`,
  );
  return `${flags.join('')}|${weights.join('')}`;
}
