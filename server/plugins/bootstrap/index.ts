import { z } from 'zod';
import { definePlugin } from '../define.ts';
import { bootstrapPage } from './page.ts';

/** What of Flux a cluster has, and how to bring it in. */
export const bootstrapPlugin = definePlugin({
  name: 'bootstrap',
  title: 'Bootstrap',
  config: z.strictObject({}),
  setup({ isOn }) {
    return {
      pages: [bootstrapPage({ isOn })],
      async navigation() {
        return [{ heading: 'Cluster', items: [{ path: '/bootstrap', label: 'Bootstrap', icon: 'i-bootstrap' }] }];
      },
    };
  },
});
