import type { NativeDoor } from '../platform.ts';

/** Pages run WebAssembly alone. */
export function openNativeDoor(): NativeDoor | string {
  return 'a browser runs no machine code of ours';
}
