import type { Locator } from '@playwright/test';
import { expect, test } from '../support/test.ts';

/** Whether an element lies within what is seen of the list that scrolls it. */
function isWithin(element: Locator, holder: string): Promise<boolean> {
  return element.evaluate((inner, selector) => {
    const outer = inner.closest(selector);
    if (outer === null) throw new Error(`It stands in no ${selector}.`);
    const [seen, own] = [outer.getBoundingClientRect(), inner.getBoundingClientRect()];
    return own.top >= seen.top && own.bottom <= seen.bottom && own.left >= seen.left && own.right <= seen.right;
  }, holder);
}

test('what is current is in sight, also where the rail and the tabs are longer than the window', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 480 });
  await page.goto('/audit');
  const entry = page.locator('#rail-live [aria-current="page"]');
  await expect(entry).toHaveText(/Audit/);
  await expect.poll(() => isWithin(entry, '.rail-scroll')).toBe(true);
  await page.setViewportSize({ width: 360, height: 780 });
  await page.goto('/flux/kustomizations/team-checkout/pricing?tab=yaml');
  const tab = page.locator('.tabs [aria-current="page"]');
  await expect(tab).toHaveText('YAML');
  await expect.poll(() => isWithin(tab, '.tabs')).toBe(true);
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test('Tab leads from the search box to what comes next, not into its list', async ({ page }) => {
  await page.goto('/');
  await page.locator('#search-q').focus();
  await expect(page.locator('#palette')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.locator('.star summary')).toBeFocused();
  await expect(page.locator('#palette')).toBeHidden();
});

test('an address without a page says so once', async ({ page }) => {
  const opened = page
    .waitForEvent('websocket')
    .then((socket) =>
      socket.waitForEvent('framereceived', ({ payload }) => payload.includes('There is no page at this address.')),
    );
  await page.goto('/nowhere');
  await opened;
  await expect(page.getByText('There is no page at this address.')).toHaveCount(1);
  await expect(page.locator('#lost')).toBeHidden();
});

test('a name is copied also where the browser offers no clipboard, as on a page without HTTPS', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.goto('/flux/kustomizations/team-checkout/pricing');
  const button = page.getByRole('button', { name: 'Copy the name' });
  await button.click();
  await expect(page.locator('#whisper')).toHaveText('Copied.');
  await expect(button).toBeFocused();
});

test('the graph keeps its colours where the system replaces those of the page', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto('/flux/graph?namespace=team-checkout');
  await expect(page.locator('#graph-canvas')).toHaveAttribute('data-drawn', /\d+/);
  const colourful = () =>
    page.locator('.graph-paint').evaluate((canvas) => {
      if (!(canvas instanceof HTMLCanvasElement)) throw new Error('The drawing is no canvas.');
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      let number = 0;
      for (let at = 0; at < pixels.length; at += 4) {
        const [red = 0, , blue = 0, opacity = 0] = pixels.slice(at, at + 4);
        if (opacity === 255 && Math.abs(red - blue) > 40) number += 1;
      }
      return number;
    });
  await expect.poll(colourful).toBeGreaterThan(1000);
});
