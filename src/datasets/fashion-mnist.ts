import { IdxCollection } from './idx-collection.ts';
import type { FoundData, LoadOptions, TrainAndTest, TrainAndTestArrays } from './options.ts';

// https://github.com/zalandoresearch/fashion-mnist: its MD5 sums belong to the files with these SHA-256 sums.
const collection = new IdxCollection({
  name: 'fashion-mnist',
  urls: [
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
  ],
  files: {
    'train-images-idx3-ubyte': {
      size: 26_421_880,
      sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      contents: {
        size: 47_040_016,
        sha256: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
      },
    },
    'train-labels-idx1-ubyte': {
      size: 29_515,
      sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      contents: {
        size: 60_008,
        sha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
      },
    },
    't10k-images-idx3-ubyte': {
      size: 4_422_102,
      sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      contents: {
        size: 7_840_016,
        sha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
      },
    },
    't10k-labels-idx1-ubyte': {
      size: 5_148,
      sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
      contents: {
        size: 10_008,
        sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
      },
    },
  },
});

/** What the labels stand for. */
export const classNames: readonly string[] = [
  ...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat'],
  ...['Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
];

/**
 * Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): 60,000 and 10,000 pictures of clothes in MNIST's form. Images are uint8
 * [n, 28, 28], labels uint8 [n]. They come from a folder of idx or idx.gz files (`path`), or from the cache, or are downloaded
 * into it.
 * @example const [[xTrain, yTrain]] = await datasets.fashionMnist.loadData();
 */
export const loadData = (options?: LoadOptions): Promise<TrainAndTest> =>
  collection.loadData(options);

/** The same as arrays on the host. */
export const loadArrays = (options?: LoadOptions): Promise<TrainAndTestArrays> =>
  collection.loadArrays(options);

/** Where the data would be read from without a download; null where nowhere. */
export const locate = (options?: Pick<LoadOptions, 'path'>): Promise<FoundData | null> =>
  collection.locate(options);
