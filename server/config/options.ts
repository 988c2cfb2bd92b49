import { z } from 'zod';

/**
 * How an option's value is written on a command line or in the environment. A list is a repeated flag or comma-separated;
 * of `names`, which may hold commas themselves, a flag gives one each.
 */
type OptionType = 'text' | 'number' | 'boolean' | 'list' | 'names';

/** One option, wherever it is given: file key, flag and environment variables are all told here. */
export interface Option<Value = unknown> {
  type: OptionType;
  flag: string;
  /** The first one that is set counts. */
  environment: readonly string[];
  schema: z.ZodType<Value>;
  /** Ends the sentence "must be …". */
  expects: string;
  fallback: Value;
  summary: string;
  /** What stands behind the flag in the help. */
  placeholder?: string;
}

function option<Value>(definition: Option<Value>): Option<Value> {
  return definition;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const logFormats = ['auto', 'text', 'json'] as const;
const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Every option by its key in the configuration file, a dot for each section it stands in; in the order of the help. */
export const options = {
  host: option({
    type: 'text',
    flag: 'host',
    environment: ['SLUICE_HOST', 'HOST'],
    schema: z.string().regex(/^[A-Za-z0-9.:_-]+$/),
    expects: 'an address or a host name of this machine',
    fallback: '127.0.0.1',
    summary: 'Address to listen on',
    placeholder: 'ADDRESS',
  }),
  port: option({
    type: 'number',
    flag: 'port',
    environment: ['SLUICE_PORT', 'PORT'],
    schema: z.int().min(0).max(65_535),
    expects: 'a whole number from 0 (any free port) to 65535',
    fallback: 8080,
    summary: 'Port to listen on, 0 for any free one',
    placeholder: 'PORT',
  }),
  basePath: option({
    type: 'text',
    flag: 'base-path',
    environment: ['SLUICE_BASE_PATH'],
    schema: z.string().regex(/^(\/[A-Za-z0-9._~-]+)*$/),
    expects: 'a path such as /sluice, without a slash at its end',
    fallback: '',
    summary: 'Path below which a proxy serves Sluice',
    placeholder: 'PATH',
  }),
  allowedHosts: option<readonly string[]>({
    type: 'list',
    flag: 'allowed-host',
    environment: ['SLUICE_ALLOWED_HOSTS'],
    schema: z.array(z.string().regex(/^[A-Za-z0-9.:_[\]-]+$/)),
    expects: 'a list of host names, with the port where it is not the usual one',
    fallback: [],
    summary: 'Further host name under which browsers reach Sluice (repeat)',
    placeholder: 'HOST',
  }),
  kubeconfig: option<string | undefined>({
    type: 'text',
    flag: 'kubeconfig',
    environment: ['SLUICE_KUBECONFIG', 'KUBECONFIG'],
    schema: z.string().min(1),
    expects: 'the path of a kubeconfig file',
    fallback: undefined,
    summary: 'Kubeconfig file, or several joined as in KUBECONFIG',
    placeholder: 'FILE',
  }),
  context: option<string | undefined>({
    type: 'text',
    flag: 'context',
    environment: ['SLUICE_CONTEXT'],
    schema: z.string().min(1),
    expects: 'the name of a context in the kubeconfig',
    fallback: undefined,
    summary: 'Context of the kubeconfig; its current one when left out',
    placeholder: 'NAME',
  }),
  as: option<string | undefined>({
    type: 'text',
    flag: 'as',
    environment: ['SLUICE_AS'],
    schema: z.string().min(1),
    expects: 'the name of a user',
    fallback: undefined,
    summary: 'User to impersonate for every read and write',
    placeholder: 'USER',
  }),
  asGroup: option<readonly string[]>({
    type: 'names',
    flag: 'as-group',
    environment: ['SLUICE_AS_GROUPS'],
    schema: z.array(z.string().min(1)),
    expects: 'a list of groups',
    fallback: [],
    summary: 'Group to impersonate, together with --as (repeat)',
    placeholder: 'GROUP',
  }),
  namespaces: option<readonly string[]>({
    type: 'list',
    flag: 'namespace',
    environment: ['SLUICE_NAMESPACES'],
    schema: z.array(z.string().regex(dnsLabel)),
    expects: 'a list of namespace names',
    fallback: [],
    summary: 'Namespace to watch where Sluice may not list the whole cluster (repeat)',
    placeholder: 'NAME',
  }),
  demo: option({
    type: 'boolean',
    flag: 'demo',
    environment: ['SLUICE_DEMO'],
    schema: z.boolean(),
    expects: 'true or false',
    fallback: false,
    summary: 'Show the embedded demo cluster, whatever else there is',
  }),
  story: option<string | undefined>({
    type: 'text',
    flag: 'story',
    environment: ['SLUICE_STORY'],
    schema: z.string().regex(/^[a-z0-9-]+$/),
    expects: 'the name of a story of the demo cluster',
    fallback: undefined,
    summary: 'What happens in the demo cluster; implies --demo',
    placeholder: 'NAME',
  }),
  scale: option<number | undefined>({
    type: 'number',
    flag: 'scale',
    environment: ['SLUICE_SCALE'],
    schema: z.int().min(0).max(100_000),
    expects: 'a whole number from 0 to 100000',
    fallback: undefined,
    summary: 'So many Flux objects more in the demo cluster; implies --demo',
    placeholder: 'NUMBER',
  }),
  'tools.helm': option<string | undefined>({
    type: 'text',
    flag: 'helm',
    environment: ['SLUICE_HELM'],
    schema: z.string().regex(/^\//),
    expects: 'the absolute path of the program helm',
    fallback: undefined,
    summary: 'The program helm, which rolls releases back; the one on PATH when left out',
    placeholder: 'FILE',
  }),
  'tools.kustomize': option<string | undefined>({
    type: 'text',
    flag: 'kustomize',
    environment: ['SLUICE_KUSTOMIZE'],
    schema: z.string().regex(/^\//),
    expects: 'the absolute path of the program kustomize',
    fallback: undefined,
    summary: 'The program kustomize, which builds what would be applied; the one on PATH when left out',
    placeholder: 'FILE',
  }),
  disabledPlugins: option<readonly string[]>({
    type: 'list',
    flag: 'disable-plugin',
    environment: ['SLUICE_DISABLED_PLUGINS'],
    schema: z.array(z.string().min(1)),
    expects: 'a list of plugin names',
    fallback: [],
    summary: 'Plugin to leave out (repeat)',
    placeholder: 'NAME',
  }),
  logLevel: option<(typeof logLevels)[number]>({
    type: 'text',
    flag: 'log-level',
    environment: ['SLUICE_LOG_LEVEL'],
    schema: z.enum(logLevels),
    expects: `one of ${logLevels.join(', ')}`,
    fallback: 'info',
    summary: `How much is logged: ${logLevels.join(', ')}`,
    placeholder: 'LEVEL',
  }),
  logFormat: option<(typeof logFormats)[number]>({
    type: 'text',
    flag: 'log-format',
    environment: ['SLUICE_LOG_FORMAT'],
    schema: z.enum(logFormats),
    expects: `one of ${logFormats.join(', ')}`,
    fallback: 'auto',
    summary: 'Log lines as text or json; auto is text on a terminal',
    placeholder: 'FORMAT',
  }),
} as const;

export type OptionKey = keyof typeof options;
