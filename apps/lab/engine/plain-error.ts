/** An error whose sentence is for whoever looks at the page, in both languages. */
export class PlainError extends Error {
  readonly text: { readonly en: string; readonly zh: string };

  constructor(text: { readonly en: string; readonly zh: string }) {
    super(text.en);
    this.name = 'PlainError';
    this.text = text;
  }
}
