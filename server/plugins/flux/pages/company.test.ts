import { afterAll, beforeAll, expect, test } from 'vitest';
import { company } from '../../../../sandbox/company/index.ts';
import { kindOf, kinds } from '../kinds/index.ts';
import { groupOf } from '../../../kube/object.ts';
import { startFluxApp } from './testing/flux-app.ts';
import type { FluxApp } from './testing/flux-app.ts';

const objects = company().filter(
  ({ apiVersion, kind }) => kind === 'Event' || kindOf(groupOf(apiVersion), kind) !== undefined,
);

let app: FluxApp;
beforeAll(async () => {
  app = await startFluxApp({ objects });
});
afterAll(() => app.close());

const tabs = ['', '?tab=yaml', '?tab=events', '?tab=inventory'];

test.each(kinds.flatMap((kind) => tabs.map((tab) => [kind.plural, tab, kind] as const)))(
  'all %s of the company have a page, whatever state they are in: %s',
  async (plural, tab, definition) => {
    const own = objects.filter(({ apiVersion, kind }) => kindOf(groupOf(apiVersion), kind) === definition);
    expect(own).not.toEqual([]);
    for (const { metadata } of own) {
      const path = `/flux/${plural}/${metadata.namespace}/${metadata.name}${tab}`;
      const { status, $ } = await app.page(path);
      expect([path, status]).toEqual([path, 200]);
      expect($('h1').text()).toContain(metadata.name);
    }
  },
);
