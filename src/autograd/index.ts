export {
  type Arithmetic,
  type BackwardOptions,
  backward,
  clearGradient,
  type GradientOptions,
  gradients,
  installArithmetic,
} from './backward.ts';
export { grad } from './grad.ts';
export {
  type DataFlowEdge,
  type DataFlowGraph,
  type DataFlowNode,
  graph,
  traceGraph,
} from './graph.ts';
export {
  type Backward,
  gradientsEnabled,
  noGrad,
  type OperationOptions,
  operation,
  unaryResult,
  withGradients,
} from './tape.ts';
