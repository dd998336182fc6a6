/** What the page asks the engine's worker. */
export type Request =
  | {
      readonly kind: 'call';
      readonly id: number;
      /** Folder of a lesson, or file of shared/. */
      readonly part: string;
      readonly name: string;
      readonly args: readonly unknown[];
    }
  | { readonly kind: 'cancel'; readonly id: number };

/** What it answers: values as they come, then the end. */
export type Answer =
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'end'; readonly id: number; readonly value: unknown }
  | {
      readonly kind: 'error';
      readonly id: number;
      readonly name: string;
      readonly message: string;
      /** Present where the error carries its sentence in both languages. */
      readonly text?: { readonly en: string; readonly zh: string };
    };
