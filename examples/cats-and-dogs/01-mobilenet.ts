// Cats and dogs in half a minute: the features of a MobileNetV2 that was trained on ImageNet are computed once, and a head
// learns to tell them apart. `node tools/run.mjs examples/cats-and-dogs/01-mobilenet.ts PHOTOS [MINE.jpg …]`; PHOTOS has folders
// train/ and test/ (or validation/), each with cats/ and dogs/, or is Kaggle's train/ with cat.0.jpg and dog.0.jpg.
import { confusionText, fineTune } from 'gradus/hub';
import { hasBase, photos, splitOf, stopWithout } from './lib/lab.ts';

const { folder, mine } = photos();
if (!(await hasBase())) stopWithout('weights of MobileNetV2: name a mirror with GRADUS_HUB_MIRROR');
const data = await splitOf(folder);

const { classifier, report } = await fineTune(data, { base: 'mobilenet_v2', verbose: 2 });
const names = classifier.classes.map(({ label }) => label);
console.log(`accuracy on ${report.photos} other photos: ${report.accuracy.toFixed(3)}`);
console.log(confusionText(report.confusion, names));
await classifier.model.save('cats-and-dogs.keras');

for (const photo of [...mine, ...report.mistakes.slice(0, 3).map(({ path }) => path)]) {
  const [best] = await classifier.classify(photo, { topK: 1 });
  console.log(`${photo}: ${best.label} (${(100 * best.score).toFixed(1)} %)`);
}
if (report.accuracy < 0.9) throw new Error('cats and dogs are not told apart');
