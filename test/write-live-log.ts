// A training in a process of its own, for the test of the board's page: notes a loss in a folder and says when it did.
import { random, setSeed } from 'gradus';
import { LogWriter } from 'gradus/board';

setSeed(1);
const writer = new LogWriter(process.argv[2]);
for (let step = 1; step <= 60; step++) {
  const loss = random.uniform([32, 32]).square().mean();
  writer.addScalar('live/loss', loss.item() / step, step);
  process.stdout.write(`${step} ${Date.now()}\n`);
  await new Promise((resolve) => setTimeout(resolve, 200));
}
writer.close();
