export * as cifar10 from './cifar10.ts';
export * as fashionMnist from './fashion-mnist.ts';
export { type FromIdxOptions, fromIdx } from './from-idx.ts';
export * as imdb from './imdb.ts';
export * as mnist from './mnist.ts';
export * as mnistJson from './mnist-json.ts';
export type {
  DataPlace,
  FoundData,
  LoadOptions,
  TrainAndTest,
  TrainAndTestArrays,
} from './options.ts';
