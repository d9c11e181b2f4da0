import type { Page } from 'playwright-core';

/** The encoder's page after it has loaded its encoder and gallery. */
export const READY = '.encoder[data-ready]';

/** The results that the page shows as JSON. */
export interface Numbers {
  readonly clip: string;
  readonly frames: number;
  readonly feature: readonly number[];
  readonly classes: Readonly<Record<string, number>>;
  readonly nearest: readonly { readonly name: string; readonly similarity: number }[];
}

/** The current results of the page. */
export const numbersOf = async (page: Page): Promise<Numbers> =>
  JSON.parse((await page.locator('[data-part=numbers]').textContent()) as string) as Numbers;

/** The name of the current clip. */
export const nameOf = ({ clip }: Numbers): string => clip.split(',')[0] as string;
