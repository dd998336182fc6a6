// What `import paddle from 'gradus/paddle'` names: the table of contents of Paddle's door.
import './methods.ts';

export { enableGrad, grad, isGradEnabled, noGrad, setGradEnabled } from './autograd.ts';
export * as autograd from './autograd-module.ts';
export { batch } from './batch.ts';
export * from './creation.ts';
export * as device from './device.ts';
export {
  CPUPlace,
  CUDAPlace,
  getAllDevices,
  getDevice,
  isCompiledWithCuda,
  isCompiledWithXpu,
  Place,
  setDevice,
} from './device.ts';
export * from './dtype.ts';
export { setPrintoptions } from './format-tensor.ts';
export * as io from './io/index.ts';
export { load, type StateDict } from './load.ts';
export { Parameter, type ParameterAttributes } from './parameter.ts';
export { save } from './save.ts';
export { isTensor, Tensor, type TensorLike } from './tensor.ts';
