export { type DigitsOptions, FashionMNIST, MNIST } from './mnist.ts';
