/** What Keras' text preprocessing takes out of a text: all but apostrophes and what is not ASCII. */
const separators = /[ !"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~\t\n]+/;

/** The words of a text, with the letters A to Z in lower case. */
export const splitWords = (text: string): string[] =>
  text
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    .split(separators)
    .filter((word) => word !== '');
