// Where to compute: the processor is everywhere; a device that is absent is an error that says what there is.
import paddle from 'gradus/paddle';

paddle.setDevice('cpu');
console.log(`computing on ${paddle.getDevice()}`);
for (const device of ['gpu:0', 'xpu:0']) {
  try {
    paddle.setDevice(device);
    console.log(`computing on ${paddle.getDevice()}`);
  } catch (error) {
    console.log((error as Error).message);
  }
}
paddle.setDevice('cpu');
const x = paddle.toTensor(
  [
    [1, 2],
    [3, 4],
  ],
  { dtype: 'float32' },
);
console.log(`${paddle.matmul(x, x)}`);
