import { tex } from '@mdit/plugin-tex';
import temml from 'temml';
import type { MarkdownRenderer } from 'vitepress';

/** Renders `$…$` and `$$…$$`, which the repository's host renders too, as MathML. Throws for TeX that is not valid. */
export function equations(markdown: MarkdownRenderer): void {
  const render = (content: string, displayMode: boolean): string => {
    const equation = temml.renderToString(content, { displayMode, throwOnError: true });
    return displayMode ? `<span class="equation">${equation}</span>` : equation;
  };
  // VitePress has its own copy of markdown-it's types.
  markdown.use(tex as unknown as Parameters<MarkdownRenderer['use']>[0], { render });
}
