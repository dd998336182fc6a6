export { BatchSampler, type BatchSamplerArguments, type IndexSource } from './batch-sampler.ts';
export { defaultCollate, defaultConvert } from './collate.ts';
export {
  type AnyDataset,
  type BatchSource,
  DataLoader,
  type DataLoaderArguments,
} from './data-loader.ts';
export {
  ChainDataset,
  ComposeDataset,
  ConcatDataset,
  Dataset,
  IterableDataset,
  type MapDataset,
  Subset,
} from './dataset.ts';
export { randomSplit } from './random-split.ts';
export {
  RandomSampler,
  Sampler,
  SequenceSampler,
  type Sized,
  SubsetRandomSampler,
  WeightedRandomSampler,
} from './sampler.ts';
export { type Rows, TensorDataset } from './tensor-dataset.ts';
