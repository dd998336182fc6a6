export { exportBoard } from './export-board.ts';
export { type BoardOptions, type RunningBoard, serveBoard } from './serve-board.ts';
