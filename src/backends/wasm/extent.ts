import { BackendError, bytesPerElement, type View } from '../../tensor/index.ts';
import type { LinearMemory } from './memory.ts';
import type { FixedStorage, WasmStorage } from './storage.ts';

/**
 * Throws unless all elements of a view lie inside its storage and that inside the memory: machine code checks no bounds, so
 * this is done once for each operand when a kernel is prepared.
 */
export function checkExtent(kernel: string, view: View, memory: LinearMemory): void {
  if (view.shape.includes(0)) return;
  const storage = view.storage as WasmStorage | FixedStorage;
  let first = view.offset;
  let last = view.offset;
  view.shape.forEach((size, axis) => {
    const span = (size - 1) * view.strides[axis];
    if (span > 0) last += span;
    else first += span;
  });
  const width = bytesPerElement(view.dtype);
  const bytes = storage.length * bytesPerElement(storage.dtype);
  // The address of a storage that has none yet makes the memory grow.
  const { address } = storage;
  const { buffer } = memory;
  const inside = first >= 0 && (last + 1) * width <= bytes;
  if (inside && address > 0 && address + bytes <= buffer.byteLength) return;
  throw new BackendError(
    `${kernel}: an operand ${view.dtype} [${view.shape}] reaches from element ${first} to ${last} of a storage ` +
      `of ${storage.length} at ${address} in a memory of ${buffer.byteLength} bytes`,
  );
}
