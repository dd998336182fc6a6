export { type LoadProgramOptions, load, type ProgramFiles } from './load.ts';
export { TranslatedLayer } from './translated-layer.ts';
