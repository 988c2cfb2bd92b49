import type { Plugin } from './define.ts';
import { auditPlugin } from './audit/index.ts';
import { bootstrapPlugin } from './bootstrap/index.ts';
import { fluxPlugin } from './flux/index.ts';
import { helmPlugin } from './helm/index.ts';

/** The plugins that Sluice brings, in the order of the rail. */
export const builtInPlugins: readonly Plugin[] = [fluxPlugin, helmPlugin, bootstrapPlugin, auditPlugin];
