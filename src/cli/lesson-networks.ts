import * as paddle from '../paddle/index.ts';

const { nn } = paddle;
const F = nn.functional;

/** Two hidden layers with sigmoid, as a first try has it. */
class FullyConnected extends nn.Layer {
  fc1 = new nn.Linear(784, 10);
  fc2 = new nn.Linear(10, 10);
  fc3 = new nn.Linear(10, 10);

  override forward(x: paddle.Tensor): paddle.Tensor {
    const flat = paddle.reshape(x, [x.shape[0], 784]);
    const hidden = F.sigmoid(this.fc2.call(F.sigmoid(this.fc1.call(flat))));
    return this.fc3.call(hidden);
  }
}

/** Two convolutions with pooling, and one layer that decides. */
class Convolutional extends nn.Layer {
  conv1 = new nn.Conv2D(1, 20, 5, { stride: 1, padding: 2 });
  pool1 = new nn.MaxPool2D(2, { stride: 2 });
  conv2 = new nn.Conv2D(20, 20, 5, { stride: 1, padding: 2 });
  pool2 = new nn.MaxPool2D(2, { stride: 2 });
  fc = new nn.Linear(980, 10);

  override forward(x: paddle.Tensor): paddle.Tensor {
    const first = this.pool1.call(F.relu(this.conv1.call(x)));
    const second = this.pool2.call(F.relu(this.conv2.call(first)));
    return this.fc.call(paddle.reshape(second, [second.shape[0], 980]));
  }
}

/** LeNet-5 with sigmoid (LeCun, Bottou, Bengio, Haffner 1998). */
class LeNet5 extends nn.Layer {
  conv1 = new nn.Conv2D(1, 6, 5);
  pool1 = new nn.MaxPool2D(2, { stride: 2 });
  conv2 = new nn.Conv2D(6, 16, 5);
  pool2 = new nn.MaxPool2D(2, { stride: 2 });
  conv3 = new nn.Conv2D(16, 120, 4);
  fc1 = new nn.Linear(120, 64);
  fc2 = new nn.Linear(64, 10);

  override forward(x: paddle.Tensor): paddle.Tensor {
    const first = this.pool1.call(F.sigmoid(this.conv1.call(x)));
    const second = this.pool2.call(F.sigmoid(this.conv2.call(first)));
    const third = F.sigmoid(this.conv3.call(second));
    const flat = paddle.reshape(third, [third.shape[0], 120]);
    return this.fc2.call(F.sigmoid(this.fc1.call(flat)));
  }
}

/** The networks of the lesson by the name that `--net` takes. */
export const lessonNetworks = {
  fc: FullyConnected,
  cnn: Convolutional,
  lenet: LeNet5,
} as const;
