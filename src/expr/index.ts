export * from './expr.ts';
