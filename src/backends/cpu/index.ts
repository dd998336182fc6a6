export { CpuBackend } from './backend.ts';
export { referenceKernels } from './kernels/index.ts';
