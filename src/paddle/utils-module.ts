export * as uniqueName from './unique-name.ts';
