import type { MarkdownRenderer } from 'vitepress';
import { pageOfLink } from './repository.ts';

/** Whether a link leads to a file: not to another site, nor to an anchor of the same page. */
export function isFileLink(link: string): boolean {
  return !/^([a-z][a-z+.-]*:|#|\/)/i.test(link);
}

/**
 * Makes the links between files of the repository links between pages, so that they work on both sides. What is no page
 * stays as text that says where it is.
 */
export function repositoryLinks(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('repository-links', (state) => {
    const { relativePath } = state.env as { relativePath?: string };
    if (relativePath === undefined) return;
    for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
      const link = token.type === 'link_open' ? token.attrGet('href') : null;
      if (link === null || !isFileLink(link)) continue;
      const page = pageOfLink(relativePath, link);
      if (page === undefined) token.attrs = [['title', `${link}, in the repository`]];
      else token.attrSet('href', page);
    }
  });
}
