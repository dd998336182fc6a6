import type { FileSource } from '#platform';
import type { Json } from '../formats/index.ts';
import { FormatError, ValueError } from '../tensor/index.ts';
import { type LoadOptions, loadModel, type Model } from '../training/index.ts';
import { ImageClassifier } from './image-classifier.ts';
import { readSteps } from './preprocessing.ts';

/** What a model's file says of the images and classes that it is made for, under this key of its `metadata`. */
const key = 'image_classifier';

/**
 * Writes classes and preprocessing into the model's `metadata`, so that every file it is saved to carries them; `loadClassifier`
 * reads them.
 * @example describeModel(classifier); await classifier.model.save('pets.keras');
 */
export function describeModel({
  name,
  model,
  classes,
  preprocessing,
  featuresLayer,
}: ImageClassifier): Model {
  const known = model.layers.some((layer) => layer.name === featuresLayer);
  model.metadata = {
    ...model.metadata,
    [key]: {
      name,
      classes: classes.map(({ label, id }) => (id === undefined ? label : [id, label])),
      preprocessing,
      ...(known && { features_layer: featuresLayer }),
    },
  };
  return model;
}

/** The classifier that a model is, by what `describeModel` noted; a ValueError where nothing is. */
export function classifierOf(model: Model, file = model.name): ImageClassifier {
  const noted = model.metadata?.[key] as { [name: string]: Json } | undefined;
  if (noted === undefined) {
    throw new ValueError(
      `${file}: the model does not say which images it takes and what its classes are called; save it with ` +
        'describeModel, or build an ImageClassifier with its classes and preprocessing',
    );
  }
  const { name, classes, preprocessing, features_layer: featuresLayer } = noted;
  if (!Array.isArray(classes)) throw new FormatError('the classes are no list', { file });
  return new ImageClassifier({
    name: typeof name === 'string' ? name : model.name,
    model,
    classes: classes.map((entry, i) => {
      if (typeof entry === 'string') return { label: entry };
      const [id, label] = Array.isArray(entry) ? entry : [];
      if (typeof id === 'string' && typeof label === 'string') return { id, label };
      throw new FormatError('a class has no name', { file, member: `class ${i}` });
    }),
    preprocessing: readSteps(preprocessing, file),
    featuresLayer: typeof featuresLayer === 'string' ? featuresLayer : null,
  });
}

/**
 * A classifier from a model's file that carries its classes and preprocessing.
 * @example const pets = await loadClassifier('pets.keras'); await pets.classify('mine.jpg');
 */
export async function loadClassifier(
  source: FileSource,
  options: LoadOptions = {},
): Promise<ImageClassifier> {
  const model = await loadModel(source, { compile: false, ...options });
  const named = typeof source === 'string' || source instanceof URL;
  return classifierOf(model, named ? String(source) : 'the model');
}
