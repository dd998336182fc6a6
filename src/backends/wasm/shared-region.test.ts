import { expect, test } from 'vitest';
import { Allocator } from './allocator.ts';
import { SharedRegion } from './shared-region.ts';

const newAllocator = (): Allocator => {
  let end = 4096;
  return new Allocator(0, end, (bytes) => {
    end += bytes;
    return end;
  });
};

test('who fits shares, who does not gets a region of its own', () => {
  const allocator = newAllocator();
  const region = new SharedRegion(allocator);
  const first = region.acquire(1000);
  const second = region.acquire(640);
  expect(second.address).toBe(first.address);
  expect(allocator.used).toBe(1024);
  const third = region.acquire(2000);
  expect(third.address).not.toBe(first.address);
  expect(region.acquire(1500).address).toBe(third.address);
  first.release();
  expect(allocator.used).toBe(1024 + 2048);
  second.release();
  expect(allocator.used).toBe(2048);
});

test('memory is free when its last user has gone', () => {
  const allocator = newAllocator();
  const region = new SharedRegion(allocator);
  for (let round = 0; round < 3; round++) {
    const users = [region.acquire(512), region.acquire(512)];
    for (const user of users) user.release();
    expect(allocator.used).toBe(0);
  }
});
