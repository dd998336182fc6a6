import * as paddle from 'gradus/paddle';

const { nn } = paddle;
const F = nn.functional;

/** The network of the Paddle lab: two convolutions with pooling, and one layer that decides. */
export class PaddleDigits extends nn.Layer {
  conv1 = new nn.Conv2D(1, 20, 5, { padding: 2 });
  pool1 = new nn.MaxPool2D(2, 2);
  conv2 = new nn.Conv2D(20, 20, 5, { padding: 2 });
  pool2 = new nn.MaxPool2D(2, 2);
  fc = new nn.Linear(980, 10);

  override forward(x: paddle.Tensor): paddle.Tensor {
    const first = this.pool1.call(F.relu(this.conv1.call(x)));
    const second = this.pool2.call(F.relu(this.conv2.call(first)));
    return this.fc.call(paddle.reshape(second, [second.shape[0], -1]));
  }
}
