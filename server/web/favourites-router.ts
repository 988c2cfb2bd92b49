import express, { Router } from 'express';
import { safeBack } from '../operations/safe-back.ts';
import type { Services } from '../services.ts';
import { belowBase } from './base-path.ts';
import { favouritesCookie, favouritesOf, favouritesText, favouritesView, withFavourite } from './favourites.ts';
import { sendHtml } from './send-html.ts';
import type { Views } from './views.ts';

/**
 * `POST /favourites` with `path`, `name` and `do` (`add` or `remove`), and `back`, the path to return to.
 * `GET /favourites?at=&title=` is the favourites as they are now and the star of the page `at`, as a fragment: an open
 * page keeps its rail current with it.
 */
export function favouritesRouter(services: Services, views: Views): Router {
  const { basePath } = services.config;
  const router = Router();

  router.get('/favourites', async (request, response) => {
    const asked = (name: string) => (typeof request.query[name] === 'string' ? request.query[name] : '');
    const at = asked('at');
    const title = asked('title') === '' ? undefined : asked('title');
    const identity = services.identityOf(request, services.clusters.default);
    const view = await favouritesView(services, favouritesOf(request.headers), identity, at, title);
    await sendHtml(
      request,
      response,
      200,
      views.render('favourites.njk', { favourites: view, back: `${basePath}${at}` }),
    );
  });

  router.post('/favourites', express.urlencoded({ extended: false, limit: '8kb' }), (request, response) => {
    const fields = (request.body ?? {}) as Record<string, unknown>;
    const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : '');
    const given = text('path');
    const path = belowBase(given, basePath) ?? given;
    const favourites = favouritesOf(request.headers);
    const changed =
      text('do') === 'remove'
        ? favourites.filter((each) => each.path !== path)
        : withFavourite(favourites, { path, name: text('name') });
    response.cookie(favouritesCookie, favouritesText(changed), {
      httpOnly: true,
      sameSite: 'lax',
      path: basePath || '/',
      maxAge: 365 * 24 * 60 * 60 * 1000,
    });
    response.redirect(303, safeBack(text('back'), basePath));
  });
  return router;
}
