import { describe, expect, it } from 'vitest';
import { descriptionOf } from '../.vitepress/description.ts';

describe('the description of a page', () => {
  it('is its first paragraph without markup, whatever is before the title', () => {
    const page =
      '---\ntitle: x\n---\n\n# A title\n\n![a picture](a.svg)\n\n```sh\nhalp\n```\n\nReads `.npy` **files** of [NumPy](https://x.org)\nand _others_, "as they say".\n\nMore.\n';
    expect(descriptionOf(page)).toBe('Reads .npy files of NumPy and others, “as they say”.');
  });

  it('ends with a whole sentence, or says that it is cut', () => {
    const sentence = `${'word '.repeat(20)}end.`;
    expect(descriptionOf(`# T\n\n${sentence} ${sentence} ${sentence}\n`)).toBe(sentence);
    expect(descriptionOf(`# T\n\n${'word '.repeat(80)}\n`)).toMatch(/^(word )+…$/);
  });

  it('is undefined without a paragraph', () => {
    expect(descriptionOf('# T\n\n| a | b |\n')).toBeUndefined();
    expect(descriptionOf('')).toBeUndefined();
  });
});
