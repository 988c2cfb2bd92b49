import { expect, test } from 'vitest';
import { company } from '../../../../sandbox/company/index.ts';
import { kindOf } from '../kinds/index.ts';
import { groupOf } from '../../../kube/object.ts';
import { startFluxApp } from './testing/flux-app.ts';

test('every object of the company has a list row and a detail page, whatever state it is in', async () => {
  const objects = company().filter(
    ({ apiVersion, kind }) => kind === 'Event' || kindOf(groupOf(apiVersion), kind) !== undefined,
  );
  const app = await startFluxApp({ objects });
  try {
    for (const { apiVersion, kind, metadata } of objects) {
      const definition = kindOf(groupOf(apiVersion), kind);
      if (definition === undefined) continue;
      for (const tab of ['', '?tab=yaml', '?tab=events', '?tab=inventory']) {
        const path = `/flux/${definition.plural}/${metadata.namespace}/${metadata.name}`;
        const { status, $ } = await app.page(path + tab);
        expect([path + tab, status]).toEqual([path + tab, 200]);
        expect($('h1').text()).toContain(metadata.name);
      }
    }
  } finally {
    await app.close();
  }
}, 60_000);
