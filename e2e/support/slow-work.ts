import { type Page, expect } from '@playwright/test';

/**
 * Waits until what a page works at for long, a build or a comparison, is over. Without a script it looks again, as its reader
 * would.
 */
export async function untilOver(page: Page): Promise<void> {
  const again = page.getByRole('link', { name: 'Look again' });
  await expect(async () => {
    if (await again.isVisible()) await again.click();
    await expect(page.locator('#detail-build [aria-busy], #detail-diff [aria-busy]')).toHaveCount(0, {
      timeout: 1_000,
    });
  }).toPass({ timeout: 60_000 });
}
