// The course's lab: VGG16 stays as it is while a head learns on its features; then its last block learns too, at a low rate.
// `node tools/run.mjs examples/cats-and-dogs/02-vgg16.ts PHOTOS`, with the file of Keras' weights without the top,
// vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5, as VGG16_WEIGHTS. Without it the network is small and begins with random
// weights: the same steps, but it knows nothing of the world and learns little.
import { confusionText, fineTune, type PhotoBase } from 'gradus/hub';
import { VGG16 } from 'gradus/models';
import { photos, splitOf, stopWithout } from './lib/lab.ts';

const { folder } = photos();
const weights = process.env.VGG16_WEIGHTS;
const isSmall = process.env.GRADUS_LAB === 'small';
if (!weights && !isSmall) stopWithout('weights of VGG16: name their file with VGG16_WEIGHTS');
const data = await splitOf(folder);

const side = weights ? 150 : 32;
const model = VGG16({ weights: null, includeTop: false, inputShape: [side, side, 3] });
if (weights) await model.loadWeights(weights);
const vgg16: PhotoBase = {
  name: 'vgg16',
  model,
  preprocessing: [
    { step: 'resize', height: side, width: side, method: 'bilinear', antialias: true },
    { step: 'scale', multiply: 1, subtract_bgr: [103.939, 116.779, 123.68] },
  ],
};

const { classifier, report, stages } = await fineTune(data, {
  base: vgg16,
  unfreeze: 'block5_conv1',
  epochs: isSmall ? 2 : 30,
  augment: !isSmall,
  verbose: 2,
});
for (const { stage, layers, history, kept } of stages) {
  const best = Math.max(...history.val_accuracy);
  console.log(
    `${stage}: ${layers.join(', ')} learned, accuracy ${best.toFixed(3)}${kept ? '' : ', not kept'}`,
  );
}
const names = classifier.classes.map(({ label }) => label);
console.log(confusionText(report.confusion, names));
await classifier.model.save('cats-and-dogs-vgg16.keras');
if (weights && report.accuracy < 0.9) throw new Error('cats and dogs are not told apart');
