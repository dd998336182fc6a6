import {
  badOption,
  type ConfigurableClass,
  isSerialized,
  option,
  Registry,
  type Required,
  type Serialized,
  serialize,
} from '../config/index.ts';
import * as layers from './index.ts';
import { Layer } from './layer.ts';

const registry: Registry<Layer> = new Registry<Layer>('layer', () => layers, {
  maxpool1d: 'maxpooling1d',
  maxpool2d: 'maxpooling2d',
  maxpool3d: 'maxpooling3d',
  avgpool1d: 'averagepooling1d',
  avgpool2d: 'averagepooling2d',
  avgpool3d: 'averagepooling3d',
  globalmaxpool1d: 'globalmaxpooling1d',
  globalmaxpool2d: 'globalmaxpooling2d',
  globalmaxpool3d: 'globalmaxpooling3d',
  globalavgpool1d: 'globalaveragepooling1d',
  globalavgpool2d: 'globalaveragepooling2d',
  globalavgpool3d: 'globalaveragepooling3d',
  convolution1d: 'conv1d',
  convolution2d: 'conv2d',
  convolution3d: 'conv3d',
  convolution1dtranspose: 'conv1dtranspose',
  convolution2dtranspose: 'conv2dtranspose',
  convolution3dtranspose: 'conv3dtranspose',
  groupedqueryattention: 'groupqueryattention',
});

/** Names of all layers that files may hold. */
export const layerNames = (): string[] => registry.names;

/** The class of a layer by name, in any spelling, or undefined. */
export const findLayer = (name: string): ConfigurableClass<Layer> | undefined =>
  registry.find(name);

/** A layer from its form in a file of Keras: only classes of this folder, and `customObjects` of the program. */
export const deserializeLayer = (file: Serialized, where = 'layer'): Layer =>
  registry.fromFile(file, where);

/** An option that holds a layer. */
export const layerOption = (): Required<Layer, Layer | Serialized> => ({
  ...option((input: Layer | Serialized, where: string): Layer => {
    if (input instanceof Layer) return input;
    if (isSerialized(input)) return deserializeLayer(input, where);
    throw badOption(where, 'a layer', input);
  }),
  write: serialize,
});
