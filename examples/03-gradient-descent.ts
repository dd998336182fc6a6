// A neuron without anything: its output is W · x. It is to become y. How wrong it is tells Cost = (W · x - y)².
// Gradient descent: go a little way against the slope of the cost, again and again.
import { grad, tensor } from 'gradus';

const [x, y] = [1.5, 6];
const cost = (w: ReturnType<typeof tensor>) => w.mul(x).sub(y).square();

// The slope by the rules of calculus is 2 · (W · x - y) · x; gradus finds the same.
const slope = grad(cost);
const w0 = tensor(0.5);
console.log('slope at 0.5:', slope(w0).item(), 'by hand:', 2 * (0.5 * x - y) * x);

let w = w0;
const learningRate = 0.1;
for (let step = 0; step < 30; step++) {
  if (step % 5 === 0)
    console.log(`step ${step}: W ${w.item().toFixed(4)}, cost ${cost(w).item().toFixed(6)}`);
  w = w.sub(slope(w).mul(learningRate));
}
console.log(`W ${w.item().toFixed(4)}; the best is y / x = ${y / x}`);
if (Math.abs(w.item() - y / x) > 1e-3) throw new Error('gradient descent did not arrive');
