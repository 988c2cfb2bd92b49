import { z } from 'zod';
import { definePlugin } from '../define.ts';
import { auditPage } from './page.ts';

/** Who did what through Sluice, as a page. */
export const auditPlugin = definePlugin({
  name: 'audit',
  title: 'Audit',
  config: z.strictObject({}),
  setup({ audit, pageOf }) {
    return {
      pages: [auditPage(audit, pageOf)],
      async navigation() {
        return [{ heading: 'Cluster', items: [{ path: '/audit', label: 'Audit', icon: 'i-audit' }] }];
      },
    };
  },
});
