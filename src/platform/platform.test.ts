import { expectTypeOf, test } from 'vitest';
import type * as browser from './browser.ts';
import type * as node from './node.ts';
import type { Platform } from './platform.ts';

test('both platforms offer the same', () => {
  expectTypeOf<typeof node>().toExtend<Platform>();
  expectTypeOf<typeof browser>().toExtend<Platform>();
});
