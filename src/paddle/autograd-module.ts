export { backward } from './autograd.ts';
export { PyLayer, PyLayerContext } from './py-layer.ts';
