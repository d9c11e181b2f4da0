import type { Page } from 'playwright-core';

/** The encoder's page once it has an encoder and clips to compare with. */
export const READY = '.encoder[data-ready]';

/** What the page says that it has computed. */
export interface Numbers {
  readonly clip: string;
  readonly frames: number;
  readonly feature: readonly number[];
  readonly classes: Readonly<Record<string, number>>;
  readonly nearest: readonly { readonly name: string; readonly similarity: number }[];
}

/** What the page says now. */
export const numbersOf = async (page: Page): Promise<Numbers> =>
  JSON.parse((await page.locator('[data-part=numbers]').textContent()) as string) as Numbers;

/** The name of the clip that is shown. */
export const nameOf = ({ clip }: Numbers): string => clip.split(',')[0] as string;
