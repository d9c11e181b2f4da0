import type { Browser, Page } from 'playwright-core';
import type { Site } from './site.ts';

/** A page of the site and the errors that occurred in it. */
export interface OpenedPage {
  readonly page: Page;
  readonly problems: readonly string[];
}

/** Opens a page of the site by its path. */
export type OpenPage = (path: string, width?: number) => Promise<OpenedPage>;

/** Opens a page of the site and records its errors. */
export async function openPage(
  browser: Browser,
  site: Site,
  path: string,
  width = 1280,
): Promise<OpenedPage> {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  // The default of 30 s is too short for WebGL without a graphics card on a busy machine.
  page.setDefaultTimeout(300_000);
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(site.address) && !/^(data|about|blob):/.test(url)) problems.push(url);
  });
  await page.goto(`${site.address}/${path}`);
  return { page, problems };
}

/** Drops files on the page, as a user does from a folder. */
export async function drop(
  page: Page,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const entries = Object.entries(files).map(([name, content]) => {
    return [name, Buffer.from(content).toString('base64')] as const;
  });
  const data = await page.evaluateHandle((all) => {
    const transfer = new DataTransfer();
    for (const [name, base64] of all) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    return transfer;
  }, entries);
  await page.dispatchEvent('.live', 'drop', { dataTransfer: data });
}

/** The error message of an action, or an empty text if it succeeds. */
export function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
