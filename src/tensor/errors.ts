/** Everything Gradus throws on purpose is one of these, so a program can tell its own bugs from bad input. */
export class GradusError extends Error {
  override name = 'GradusError';
}

/** Shapes, ranks, axes or sizes that do not fit together. */
export class ShapeError extends GradusError {
  override name = 'ShapeError';
}

/** An element type that the operation does not take. */
export class DTypeError extends GradusError {
  override name = 'DTypeError';
}

/** An option, name or number outside what is allowed. */
export class ValueError extends GradusError {
  override name = 'ValueError';
}

/** A backend or device that is absent, out of memory or unable to do what was asked. */
export class BackendError extends GradusError {
  override name = 'BackendError';
}

/** Where and how a file departs from its format. */
export interface FormatErrorDetails {
  file?: string;
  member?: string;
  offset?: number;
  expected?: string;
  received?: string;
}

/** A file that is damaged, hostile, too large or not what it claims to be. */
export class FormatError extends GradusError {
  override name = 'FormatError';
  readonly details: FormatErrorDetails;

  constructor(message: string, details: FormatErrorDetails = {}) {
    const where = [
      details.file,
      details.member && `member ${details.member}`,
      details.offset !== undefined && `offset ${details.offset}`,
    ].filter(Boolean);
    const what = [
      details.expected && `expected ${details.expected}`,
      details.received && `received ${details.received}`,
    ].filter(Boolean);
    super(
      `${where.length ? `${where.join(', ')}: ` : ''}${message}` +
        `${what.length ? ` (${what.join(', ')})` : ''}`,
    );
    this.details = details;
  }
}
