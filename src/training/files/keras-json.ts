import { type ModelFormat, makeModel } from './model-file.ts';

/** An architecture in Keras' JSON, as `model.toJson()` gives it; weights are new. */
export const kerasJson: ModelFormat = {
  async loadModel(source, { found, customObjects, maxBytes }) {
    return makeModel(found.json, source.name, { customObjects, maxBytes, blank: false });
  },
  async encodeModel(model) {
    return [new TextEncoder().encode(model.toJson())];
  },
};
