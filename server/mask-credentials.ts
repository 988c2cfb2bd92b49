/**
 * Keeps credentials off every surface: pages, sockets, API answers, logs. Controllers write them into messages and
 * events (they mask one half of a clone error only), people write them into URLs and values.
 */

const mask = '***';

const privateKey = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----[\s\S]*?(?:-----END \1-----|$)/g;

/**
 * User and password before a host. The last alternative: an unencoded slash in the password, and no port; without
 * its bounds a text of nothing but schemes would be searched to its end from each of them.
 */
const urlUserInfo =
  /\b([a-z][a-z0-9+.-]{1,20}:(?:\/\/|\\\/\\\/))(?:([^\s/?#'"<>`\\]*)@|([^\s/@:?#'"<>`\\[]{1,256}:(?!\d{1,5}[/?#])[^\s'"@<>`]{0,512})@)/gi;

/** The same where the scheme is left out, and where the whole URL is a parameter of another. */
const barePassword = /(?<![:\w/\\])(\/\/[^\s/?#'"<>`\\@:]+:)[^\s/?#'"<>`\\@]+@/g;
const encodedUserInfo = /(%3A%2F%2F)(?:(?!%40|%2F)[^\s&'"<>`])+%40/gi;

const secretParameter =
  /([?&;#](?:[\w.%-]*[_.-])?(?:[a-z]*token|[a-z]*secret|password|passwd|pass|pwd|[a-z]*key|sig|[a-z]*signature|auth|authorization|[a-z]*credentials?|jwt|sas|code)=)[^\s&#'"<>`\\]+/gi;

const authorizationHeader =
  /((?:authorization|x-auth-token|x-api-key|private-token|x-gitlab-token|x-vault-token)["']?\s*[:=]\s*["']?)((?:basic|bearer|token|digest|negotiate)\s+)?[^\s"',;]+/gi;

const cookies = /((?:set-)?cookie["']?\s*[:=]\s*["']?)[^\r\n"']+/gi;

const scheme = /\b(basic|bearer)(\s+)([a-z0-9._~+/-]{8,}={0,2})(?![a-z0-9._~+/=-])/gi;

/** Tokens that are known by how they look, wherever they stand. */
const knownToken = new RegExp(
  [
    String.raw`\bgh[pousr]_[A-Za-z0-9]{16,}`,
    String.raw`\bgithub_pat_\w{16,}`,
    String.raw`\bgl(?:pat|dt|rt|cbt|ptt|soat|agent)-[\w-]{16,}`,
    String.raw`\bxox[abeoprs]-[\w-]{8,}`,
    String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`,
    String.raw`\bAIza[\w-]{35}`,
    // Begun where the word begins, and only where dots follow: else a word of nothing but `eyJ-` is searched from each of them.
    String.raw`(?<![\w-])(?=[\w-]+\.[\w-]{4,}\.)[\w-]*?\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*`,
    String.raw`\bdckr_(?:pat|oat)_[\w-]{16,}`,
    String.raw`\bnpm_[A-Za-z0-9]{30,}`,
    String.raw`\bhvs\.[\w-]{16,}`,
    String.raw`\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}`,
    String.raw`\bsk-(?:proj|ant|svcacct|admin)-[\w-]{16,}`,
    String.raw`\bSG\.[\w-]{16,}\.[\w-]{16,}`,
    String.raw`\bya29\.[\w-]{16,}`,
    String.raw`\bpypi-[\w-]{16,}`,
    String.raw`\bAGE-SECRET-KEY-1[A-Z0-9]{20,}`,
  ].join('|'),
  'g',
);

/** Addresses whose path alone lets one in: chat webhooks, and the receivers' own `/hook/<digest>`. */
const secretPaths =
  /(\bhooks\.slack\.com\/(?:services|workflows|triggers)\/|\bdiscord(?:app)?\.com\/api\/webhooks\/|\.webhook\.office\.com\/webhookb2\/|\bchat\.googleapis\.com\/v1\/spaces\/|\bapi\.telegram\.org\/bot|\/hook\/(?=[0-9a-f]{32}))[^\s'"<>`]+/gi;

/** How Go tells that a request failed which had something to send: a webhook's path lets whoever knows it write there. */
const postedTo = /\b((?:Post|Put|Patch) \\?"https?:\/\/[^\s"\\/?#]+)(\/[^\s"\\]+)/g;
/** Where something is sent that is no webhook of a chat: Git, registries, the API server, Services inside of the cluster. */
const harmlessPath = /\/(?:git-upload-pack|git-receive-pack)$|^\/(?:v2|api|apis)\//;
const insideCluster = /\.svc(?:\.[\w.-]+)?(?::\d+)?$/;

const secretWord = String.raw`(?:[\w.-]*(?:password|passwd|passphrase|secret[_-]?(?:access[_-]?)?key|access[_-]?key|api[_-]?key|private[_-]?key|account[_-]?key|client[_-]?secret|[_-](?:token|signature|pass)|(?:auth|access|session|refresh)token)|token|secret|pwd)`;
const assigned = new RegExp(String.raw`(?<![\w.-])(${secretWord}["']?\s*=\s*)("[^"]*"|'[^']*'|[^\s"',;&)\]}]+)`, 'gi');
const quoted = new RegExp(String.raw`((\\?["'])${secretWord}\2\s*:\s*)(?:\\"(?:(?!\\").)*\\"|"[^"]*"|'[^']*')`, 'gi');
const dockerAuth = /(["']auth["']\s*:\s*["'])[A-Za-z0-9+/]{8,}={0,2}/g;
const flag = new RegExp(String.raw`((?:^|\s)--?${secretWord}\s+)("[^"]*"|'[^']*'|[^\s"',;&)\]}]+)`, 'gi');
const yamlLine =
  /((?:^|\n|[{,])[ \t]*[\w.-]*(?:password|passwd|passphrase|(?:secret|access|api|private|account)[_-]?key|client[_-]?secret|token)["']?:[ \t]+)(?![|>{[&*!])("[^"\n]*"|'[^'\n]*'|[^\s,}]+)(?=[ \t]*(?:\n|$|[,}]))/gi;

/** Most texts name nothing of the kind: one look spares them the searches that take long. */
const namesSecret = /pass|pwd|secret|token|key|signature|["']auth["']/i;
const namesHeader = /auth|token|api-key|cookie/i;

/**
 * `text` with everything that looks like a credential replaced by `***`. What only names an account stays:
 * `git@github.com:org/repo` and `ssh://git@host` are readable afterwards. Masking twice changes nothing more.
 */
export function maskText(text: string): string {
  const masked = maskPlain(text);
  return masked.length < shortestBase64
    ? masked
    : masked.replace(base64Text, (encoded) => {
        const decoded = Buffer.from(encoded, 'base64').toString('utf8');
        return isPrintable(decoded) && maskPlain(decoded) !== decoded ? mask : encoded;
      });
}

const shortestBase64 = 24;

/** Long enough to hold a name with its password; hashes are of this form too, and decode to nothing that can be read. */
const base64Text = /(?<![\w+/=-])[A-Za-z0-9+/]{24,}={0,2}(?![\w+/=-])/g;

function isPrintable(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return !/[\u0000-\u0008\u000e-\u001f\u007f\ufffd]/.test(text);
}

function maskPlain(text: string): string {
  let masked = text;
  if (masked.includes('PRIVATE KEY')) {
    masked = masked.replace(
      privateKey,
      (_, label: string) => `-----BEGIN ${label}----- ${mask} -----END ${label}-----`,
    );
  }
  if (masked.includes('@')) {
    masked = masked.replace(urlUserInfo, maskUserInfo).replace(barePassword, `$1${mask}@`);
  }
  if (masked.includes('%40')) masked = masked.replace(encodedUserInfo, `$1${mask}%40`);
  if (masked.includes('/')) masked = masked.replace(secretPaths, `$1${mask}`);
  if (masked.includes('://')) masked = masked.replace(postedTo, maskPosted);
  const assigns = masked.includes('=');
  const says = masked.includes(':');
  if (assigns) masked = masked.replace(secretParameter, `$1${mask}`);
  if ((assigns || says) && namesHeader.test(masked)) {
    masked = masked
      .replace(authorizationHeader, (_, header: string, type: string | undefined) => `${header}${type ?? ''}${mask}`)
      .replace(cookies, `$1${mask}`);
  }
  masked = masked.replace(scheme, (whole, type: string, space: string, value: string) =>
    looksRandom(value) ? `${type}${space}${mask}` : whole,
  );
  if (namesSecret.test(masked)) {
    if (assigns) masked = masked.replace(assigned, `$1${mask}`);
    if (masked.includes('-')) masked = masked.replace(flag, `$1${mask}`);
    if (says) {
      masked = masked
        .replace(quoted, (_, key: string, quote: string) => `${key}${quote}${mask}${quote}`.replaceAll("'", '"'))
        .replace(dockerAuth, `$1${mask}`)
        .replace(yamlLine, `$1${mask}`);
    }
  }
  return masked.replace(knownToken, mask);
}

function maskPosted(whole: string, origin: string, path: string): string {
  return path.endsWith(`/${mask}`) || harmlessPath.test(path) || insideCluster.test(origin)
    ? whole
    : `${origin}/${mask}`;
}

function maskUserInfo(
  whole: string,
  scheme: string,
  userInfo: string | undefined,
  careless: string | undefined,
): string {
  const info = userInfo ?? careless ?? '';
  if (info === '') return whole;
  const colon = info.indexOf(':');
  const namesAnAccount = /ssh|^git:|^sftp:/i.test(scheme);
  if (!namesAnAccount) return `${scheme}${mask}@`;
  return colon === -1 ? whole : `${scheme}${info.slice(0, colon)}:${mask}@`;
}

/** Told apart from prose such as "Basic authentication": credentials mix letters with digits or capitals. */
function looksRandom(value: string): boolean {
  return /\d|=$/.test(value) || /[a-z][A-Z]/.test(value.slice(1));
}

/** An argument such as `--token`, whose value is the next one. */
function isSecretFlag(argument: unknown): boolean {
  return typeof argument === 'string' && /^--?[\w-]+$/.test(argument) && holdsSecret(argument.replace(/^-+/, ''));
}

const secretKeyName =
  /(?:^|[a-z0-9_.-])(?:password|passwd|passphrase|pwd|token|secret|api[_-]?key|access[_-]?key|access[_-]?key[_-]?id|secret[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|client[_-]?secret|credentials?|webhook[_-]?(?:url|path)|connection[_-]?string|dsn|dockerconfigjson)$/i;

/** Keys that end like a secret but hold the name of one. */
const namesASecret = /(?:existing|pull|tls|auth|image|credentials?|from|use|user|config|key|ref)[_-]?secret$/i;

function holdsSecret(key: string): boolean {
  return secretKeyName.test(key) && !namesASecret.test(key);
}

/**
 * A copy of an API object (or any JSON) that may be shown: every text masked, values of keys and environment entries
 * that hold credentials replaced, a Secret's data never there, a Provider's webhook address cut to its host.
 * The original is not touched.
 */
export function maskObject<T>(object: T): T {
  if (typeof object !== 'object' || object === null) return maskValue(object, undefined) as T;
  const kind: unknown = Object.hasOwn(object, 'kind') ? (object as { kind?: unknown }).kind : undefined;
  const masked = maskValue(object, undefined) as Record<string, unknown>;
  if (kind === 'Secret') {
    for (const part of ['data', 'stringData']) {
      const values = masked[part];
      if (typeof values !== 'object' || values === null) continue;
      masked[part] = Object.fromEntries(Object.keys(values).map((key) => [key, mask]));
    }
  }
  if (kind === 'List' && Array.isArray((object as { items?: unknown }).items)) {
    masked['items'] = (object as unknown as { items: unknown[] }).items.map((item) => maskObject(item));
  }
  if (kind === 'Provider' && typeof masked['spec'] === 'object' && masked['spec'] !== null) {
    const spec = masked['spec'] as Record<string, unknown>;
    if (typeof spec['address'] === 'string') spec['address'] = maskWebhook(spec['address'], spec['type']);
  }
  return masked as T;
}

const gitProviders = new Set([
  'github',
  'gitlab',
  'gitea',
  'bitbucket',
  'bitbucketserver',
  'azuredevops',
  'githubdispatch',
  'githubpullrequestcomment',
  'gitlabmergerequestcomment',
  'giteapullrequestcomment',
]);

/**
 * A notification Provider's address as it may be shown. For chat and generic webhooks the path is as good as a password,
 * so only scheme and host stay; for Git hosts it is the repository.
 */
export function maskWebhook(address: string, type: unknown): string {
  const masked = maskText(address);
  if (typeof type === 'string' && gitProviders.has(type)) return masked;
  const parts = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)(.*)$/is.exec(masked);
  if (parts === null) return /^[\w-]+(?:\.[\w-]+)+(?::\d+)?$|^[\w-]+:\d+$/.test(masked) ? masked : mask;
  const [, origin = '', rest = ''] = parts;
  return rest === '' || rest === '/' ? masked : `${origin}/${mask}`;
}

function maskValue(value: unknown, key: string | undefined): unknown {
  if (typeof value === 'string') return key !== undefined && value !== '' && holdsSecret(key) ? mask : maskText(value);
  if (typeof value === 'number') return key !== undefined && holdsSecret(key) ? mask : value;
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      isSecretFlag(value[index - 1]) && typeof item === 'string' ? mask : maskValue(item, key),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  const entry = value as Record<string, unknown>;
  const named = typeof entry['name'] === 'string' && holdsSecret(entry['name']);
  return Object.fromEntries(
    Object.entries(entry).map(([field, inner]) => {
      if (named && field === 'value' && typeof inner !== 'object') return [field, mask];
      return [field, maskValue(inner, field)];
    }),
  );
}
