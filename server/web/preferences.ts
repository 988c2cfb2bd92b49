import type { IncomingHttpHeaders } from 'node:http';
import express, { Router } from 'express';
import { safeBack } from '../operations/safe-back.ts';

const themes = ['system', 'light', 'dark'] as const;
const densities = ['compact', 'roomy'] as const;

/** How somebody wants pages to look; kept in a cookie, so that it works without script. */
export interface Preferences {
  theme: (typeof themes)[number];
  density: (typeof densities)[number];
}

const cookieName = 'sluice-look';

/** The preferences in a request's cookie; the defaults for whatever is missing or unknown. */
export function preferencesOf(headers: IncomingHttpHeaders): Preferences {
  const cookie = headers.cookie?.split(';').find((part) => part.trim().startsWith(`${cookieName}=`));
  const [theme, density] = (cookie?.split('=')[1] ?? '').trim().split('.');
  return {
    theme: themes.find((known) => known === theme) ?? 'system',
    density: densities.find((known) => known === density) ?? 'compact',
  };
}

/** The next value a toggle goes to. */
export function nextPreferences(preferences: Preferences): Preferences {
  return {
    theme: themes[(themes.indexOf(preferences.theme) + 1) % themes.length] ?? 'system',
    density: densities[(densities.indexOf(preferences.density) + 1) % densities.length] ?? 'compact',
  };
}

/** `POST /preferences` with `theme` or `density`, and `back`, the path to return to. */
export function preferencesRouter(basePath: string): Router {
  const router = Router();
  router.post('/preferences', express.urlencoded({ extended: false, limit: '4kb' }), (request, response) => {
    const fields = (request.body ?? {}) as Record<string, unknown>;
    const preferences = preferencesOf(request.headers);
    const theme = themes.find((known) => known === fields['theme']) ?? preferences.theme;
    const density = densities.find((known) => known === fields['density']) ?? preferences.density;
    response.cookie(cookieName, `${theme}.${density}`, {
      httpOnly: true,
      sameSite: 'lax',
      path: basePath || '/',
      maxAge: 365 * 24 * 60 * 60 * 1000,
    });
    response.redirect(303, safeBack(typeof fields['back'] === 'string' ? fields['back'] : undefined, basePath));
  });
  return router;
}
