/** The version of Keras whose files are written. */
export const kerasVersion = '3.15.1';
