// A training in a process of its own, for the test of the board's page: notes a loss in a folder and says when it did.
import { random, setSeed } from 'gradus';
import { LogWriter } from 'gradus/board';

setSeed(1);
const writer = new LogWriter(process.argv[2]);
for (let step = 1; step <= 40; step++) {
  const loss = random.uniform([32, 32]).square().mean();
  writer.addScalar('live/loss', loss.item() / step, step);
  process.stdout.write(`${step} ${Date.now()}\n`);
  // As after an epoch: long enough for the page to be seen at this step.
  const pause = step % 10 === 0 ? 2500 : 50;
  await new Promise((resolve) => setTimeout(resolve, pause));
}
writer.close();
