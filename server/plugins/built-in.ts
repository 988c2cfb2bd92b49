import type { Plugin } from './define.ts';
import { auditPlugin } from './audit/index.ts';
import { bootstrapPlugin } from './bootstrap/index.ts';

/** The plugins that Sluice brings, in the order of the rail. */
export const builtInPlugins: readonly Plugin[] = [bootstrapPlugin, auditPlugin];
