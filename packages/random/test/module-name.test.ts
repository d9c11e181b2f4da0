import { describe, expect, it } from 'vitest';
import { expectModuleName, gotText, isRelativeModule } from '@halp/random/check';

describe('the name of a module', () => {
  it.each(['./mine.ts', '../steps/own.js', './', '..', '.\\mine.ts'])('%s is relative', (name) => {
    expect(isRelativeModule(name)).toBe(true);
    expect(() => expectModuleName('f', 'the encoder', name)).toThrow(
      new RangeError(
        'f: expected a file: URL, an absolute path or a package name (loadRecipe, loadTable and option ' +
          `recipeFile resolve a path relative to a file) as the encoder, got ${gotText(name)}`,
      ),
    );
  });

  it.each([
    'file:///recipes/mine.ts',
    '/recipes/mine.ts',
    '@me/encoder',
    'encoder/steps.js',
    '.own',
  ])('%s is not', (name) => {
    expect(isRelativeModule(name)).toBe(false);
    expect(() => expectModuleName('f', 'the encoder', name)).not.toThrow();
  });

  it('is a text', () => {
    expect(() => expectModuleName('f', 'the encoder', '')).toThrow(RangeError);
    expect(() => expectModuleName('f', 'the encoder', undefined as never)).toThrow(TypeError);
  });
});
