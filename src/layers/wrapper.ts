import { withOptions } from '../config/index.ts';
import { layerOption } from './deserialize.ts';
import { Layer } from './layer.ts';

/** The base of layers around another layer. */
export abstract class Wrapper extends withOptions(Layer, { layer: layerOption() }, ['layer']) {}
