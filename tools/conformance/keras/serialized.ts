import type { Case } from '../case-file.ts';

/** A case's object in the form of Keras' files; built from `kwargs` where the case says so. */
export function serializedOf(c: Case): {
  module: null;
  class_name: string;
  config: Case;
  registered_name: null;
} {
  return {
    module: null,
    class_name: c.class_name,
    config: c.from_kwargs ? c.kwargs : (c.config ?? c.kwargs),
    registered_name: null,
  };
}
