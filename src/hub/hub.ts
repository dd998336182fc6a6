export { fetch, find, HubModel, list, load, type VerifiedFile, verify } from './load.ts';
export { type ClassificationOptions, Module } from './module.ts';
