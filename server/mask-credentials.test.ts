import { describe, expect, test } from 'vitest';
import { maskObject, maskText, maskWebhook } from './mask-credentials.ts';

const planted = 'planted-Passw0rd';

describe('a credential in a text is masked', () => {
  test.each([
    [
      `unable to clone 'https://deploy:${planted}@git.example.com/x.git': not found`,
      `unable to clone 'https://***@git.example.com/x.git': not found`,
    ],
    [`https://${planted}@git.example.com/x.git`, 'https://***@git.example.com/x.git'],
    [`ssh://git:${planted}@git.example.com/x.git`, 'ssh://git:***@git.example.com/x.git'],
    [`oci://user:${planted}@registry.example.com:5000/charts`, 'oci://***@registry.example.com:5000/charts'],
    [`https://user:pa/ss/${planted}@git.example.com/x.git`, 'https://***@git.example.com/x.git'],
    [`https://user:p@ss${planted}@git.example.com/x.git`, 'https://***@git.example.com/x.git'],
    [`postgres://app:${planted}@db/app?sslmode=off`, 'postgres://***@db/app?sslmode=off'],
    [`Post "http://10.0.0.1/hook?token=${planted}": refused`, 'Post "http://10.0.0.1/***": refused'],
    [
      `GET https://s3.example.com/b/o?X-Amz-Signature=${planted}&X-Amz-Date=2026`,
      'GET https://s3.example.com/b/o?X-Amz-Signature=***&X-Amz-Date=2026',
    ],
    [`https://acc.blob.example.com/c?sv=2022&sig=${planted}`, 'https://acc.blob.example.com/c?sv=2022&sig=***'],
    [`?access_token=${planted}&x=1`, '?access_token=***&x=1'],
    [`Authorization: Bearer ${planted}`, 'Authorization: Bearer ***'],
    [`{"Authorization":"Basic ${planted}"}`, '{"Authorization":"Basic ***"}'],
    [`X-Api-Key: ${planted}`, 'X-Api-Key: ***'],
    [`sent Bearer ${planted} to it`, 'sent Bearer *** to it'],
    [`password=${planted} host=db`, 'password=*** host=db'],
    [`DB_PASSWORD='${planted} with spaces'`, 'DB_PASSWORD=***'],
    [`{"client_secret": "${planted}"}`, '{"client_secret": "***"}'],
    [`replicas: 1\npassword: ${planted}\nimage: x`, 'replicas: 1\npassword: ***\nimage: x'],
    [`Post "https://hooks.slack.com/services/T0/B0/${planted}"`, 'Post "https://hooks.slack.com/services/***"'],
    [`https://discord.com/api/webhooks/1/${planted}`, 'https://discord.com/api/webhooks/***'],
    [`Receiver initialized for path: /hook/${'0a1b2c3d'.repeat(8)}`, 'Receiver initialized for path: /hook/***'],
    [`key ghp_${'a1B2'.repeat(9)} refused`, 'key *** refused'],
    [`glpat-${'a1B2'.repeat(5)}`, '***'],
    ['AKIAIOSFODNN7EXAMPLE is not known', '*** is not known'],
    [`eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${planted.replaceAll('-', '')}`, '***'],
    [`xoxb-123456789012-${planted}`, '***'],
  ])('%s', (text, masked) => {
    expect(maskText(text)).toBe(masked);
    expect(maskText(masked)).toBe(masked);
  });

  test('a private key, whole or cut off', () => {
    const key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${planted}\n-----END OPENSSH PRIVATE KEY-----`;
    expect(maskText(`identity: ${key} end`)).toBe(
      'identity: -----BEGIN OPENSSH PRIVATE KEY----- *** -----END OPENSSH PRIVATE KEY----- end',
    );
    expect(maskText(key.slice(0, 50))).not.toContain(planted.slice(0, 5));
  });
});

describe('what is no credential stays as it is', () => {
  test.each([
    'git@github.com:org/repo.git',
    'ssh://git@github.com/org/repo.git',
    'unable to clone: git@git.example.com: permission denied',
    'https://git.example.com/org/repo@main',
    'https://git.example.com:8443/org/repo@v1.2.3',
    'stored artifact for digest 6.9.2@sha256:f62c03cce1a0bc0478b9b6d73e791e78cf98a72c018e5025337f81efdbbb598c',
    "new revision '1.0@sha256:30a1' for 'registry.example.com:5000/manifests:1.0'",
    'oci://registry.example.com:5000/charts/hello@sha256:f62c03cc',
    'Basic authentication is required',
    'Bearer realm="https://auth.example.com/token",service="registry"',
    `failed to get secret 'shop/token': secrets "token" not found`,
    `unable to read token from secret 'shop/none' error: secrets "none" not found`,
    'GET https://git.example.com/x.git/info/refs?service=git-upload-pack',
    'token: unexpected end of input in line 3',
    'secretRef: deploy-key',
    'Deployment/shop/cart status: InProgress, keys=3, monkey=1',
    'Applied revision: main@sha1:4f1a5b1051b469108d1bdf0ebec6c814427e3834',
    'contact ops@example.com',
  ])('%s', (text) => {
    expect(maskText(text)).toBe(text);
  });
});

describe('an object', () => {
  test('loses credentials wherever they stand, and is not changed itself', () => {
    const object = {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name: 'cart', annotations: { note: `see https://u:${planted}@x.example.com` } },
      spec: {
        values: {
          database: { password: planted, host: 'db', existingSecret: 'db-login', port: 5432 },
          env: [
            { name: 'API_TOKEN', value: planted },
            { name: 'LEVEL', value: 'debug' },
          ],
          pullSecrets: [{ name: 'registry' }],
          tokens: { ttl: '1h' },
          apiKey: 1234567,
        },
        valuesFrom: [{ kind: 'Secret', name: 'cart-values', valuesKey: 'values.yaml' }],
      },
      status: { conditions: [{ message: `Get "https://u:${planted}@x.example.com": EOF` }] },
    };
    const before = JSON.stringify(object);
    const masked = maskObject(object);
    expect(JSON.stringify(masked)).not.toContain(planted);
    expect(JSON.stringify(object)).toBe(before);
    expect(masked.spec.values.database).toEqual({
      password: '***',
      host: 'db',
      existingSecret: 'db-login',
      port: 5432,
    });
    expect(masked.spec.values.env).toEqual([
      { name: 'API_TOKEN', value: '***' },
      { name: 'LEVEL', value: 'debug' },
    ]);
    expect(masked.spec.values.apiKey).toBe('***');
    expect(masked.spec.valuesFrom).toEqual(object.spec.valuesFrom);
    expect(masked.metadata.name).toBe('cart');
  });

  test('a Secret keeps the names of its keys only, also in a list', () => {
    const secret = { kind: 'Secret', data: { user: 'YQ==', 'tls.crt': 'Yg==' }, stringData: { note: 'c' } };
    expect(maskObject(secret)).toEqual({
      kind: 'Secret',
      data: { user: '***', 'tls.crt': '***' },
      stringData: { note: '***' },
    });
    expect(JSON.stringify(maskObject({ kind: 'List', items: [secret] }))).not.toContain('YQ==');
  });

  test('a Provider keeps the host of its webhook, and a repository of a Git host', () => {
    const provider = {
      kind: 'Provider',
      spec: { type: 'generic', address: `https://chat.example.com/hooks/${planted}?x=1` },
    };
    expect(maskObject(provider).spec.address).toBe('https://chat.example.com/***');
    expect(maskWebhook('https://github.com/org/repo', 'github')).toBe('https://github.com/org/repo');
    expect(maskWebhook(planted, 'slack')).toBe('***');
  });

  test('a Receiver keeps no path that could be called', () => {
    expect(
      maskObject({ kind: 'Receiver', status: { webhookPath: `/hook/${'ab'.repeat(32)}` } }).status.webhookPath,
    ).toBe('***');
  });

  test('keys that are named like parts of JavaScript are ordinary keys', () => {
    const object = JSON.parse('{"kind":"ConfigMap","data":{"__proto__":"a","constructor":"b"}}') as { data: object };
    expect(Object.keys(maskObject(object).data)).toEqual(['__proto__', 'constructor']);
  });
});

test.each([
  'https://',
  'https://a:b',
  '//a@',
  'token=',
  '"password": ',
  'Bearer ',
  '-----BEGIN PRIVATE KEY-----',
  '/hook/',
  'x.a-',
])('a long text of nothing but %s comes to an end, and stays masked', (piece) => {
  const masked = maskText(`${piece.repeat(2000)} password=${planted}`);
  expect(masked).not.toContain(planted);
});

const places = [
  (secret: string) => `https://deploy:${secret}@git.example.com/x.git`,
  (secret: string) => `ssh://git:${secret}@git.example.com/x`,
  (secret: string) => `"https://chat.example.com/hook?token=${secret}"`,
  (secret: string) => `https://s3.example.com/o?X-Amz-Signature=${secret}&x=1`,
  (secret: string) => `Authorization: Bearer ${secret}`,
  (secret: string) => `authorization=${secret}`,
  (secret: string) => `Bearer ${secret}`,
  (secret: string) => `password=${secret}`,
  (secret: string) => `{"apiKey":"${secret}"}`,
  (secret: string) => `'db_password': '${secret}'`,
  (secret: string) => `https://hooks.slack.com/services/T0/B0/${secret}`,
  (secret: string) => `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`,
  () => 'unable to clone: EOF',
  () => 'Basic authentication',
  () => 'token:',
];

test('no two credentials, however they stand together, help each other to be seen', () => {
  const seen: string[] = [];
  for (const one of places) {
    for (const other of places) {
      for (const between of [' ', ', ', '; ', '\n', ': ', ' (', "' "]) {
        const text = one(`${planted}1`) + between + other(`${planted}2`);
        const masked = maskText(text);
        if (/planted|Passw0rd/.test(masked) || maskText(masked) !== masked) seen.push(`${text} → ${masked}`);
      }
    }
  }
  expect(seen).toEqual([]);
});

test('where a message was to be posted is cut to its host; where Git, a registry or the cluster was asked, it stays', () => {
  const failed = (url: string) => maskText(`failed to execute request: Post "${url}": EOF`);
  expect(failed('https://hooks.example.com/s3cret/path?x=1')).toBe(
    'failed to execute request: Post "https://hooks.example.com/***": EOF',
  );
  expect(maskText(String.raw`{"error":"Post \"https://hooks.example.com/s3cret\": EOF"}`)).toBe(
    String.raw`{"error":"Post \"https://hooks.example.com/***\": EOF"}`,
  );
  for (const url of [
    'https://git.example.com/shop/web.git/git-upload-pack',
    'https://registry.example.com/v2/shop/blobs/uploads/',
    'https://10.0.0.1:443/apis/apps/v1/namespaces/shop/deployments?dryRun=All',
    'https://kyverno-svc.kyverno.svc:443/validate/fail?timeout=10s',
  ])
    expect(failed(url)).toContain(`"${url}"`);
  expect(failed('https://hooks.example.com')).toContain('"https://hooks.example.com"');
});

/** Each holds `s3cr3tP4ss`, plainly or encoded. */
test.each([
  ['JSON within JSON', String.raw`{"body":"{\"password\":\"s3cr3tP4ss\"}"}`],
  ['a URL with escaped slashes', String.raw`"url":"https:\/\/user:s3cr3tP4ss@host"`],
  ['a URL without its scheme', 'parse "//user:s3cr3tP4ss@host/x": invalid'],
  ['a URL as a parameter of another', 'https://proxy/?to=https%3A%2F%2Fuser%3As3cr3tP4ss%40host'],
  ['base64 of a URL', `value ${Buffer.from('https://user:s3cr3tP4ss@host/').toString('base64')} is odd`],
  ['a registry’s login', `{"auths":{"r":{"auth":"${Buffer.from('u:s3cr3tP4ss').toString('base64')}"}}}`],
  ['an argument', 'helm pull --password s3cr3tP4ss --username ada'],
  ['a variable', 'DB_PASS=s3cr3tP4ss'],
  ['a token of some use', 'refresh_token=s3cr3tP4ss'],
  ['a signature', 'x-goog-signature=s3cr3tP4ss'],
  ['a later cookie', 'Cookie: theme=dark; session=s3cr3tP4ss'],
  ['a variable as YAML', 'AWS_SECRET_ACCESS_KEY: s3cr3tP4ss'],
  ['a secret of a client as YAML', 'clientSecret: s3cr3tP4ss'],
  ['a key of an account', 'AccountKey=s3cr3tP4ss==;EndpointSuffix=x'],
])('%s is hidden, and masking twice changes nothing more', (_, text) => {
  const masked = maskText(text);
  expect(masked).toContain('***');
  expect(masked).not.toContain('s3cr3tP4ss');
  expect(masked).not.toMatch(/[A-Za-z0-9+/]{16,}=/);
  expect(maskText(masked)).toBe(masked);
});

test.each([
  'kustomization at sha256:4f1a5b1051b469108d1bdf0ebec6c814427e38344f1a5b1051b469108d1bdf0e',
  'main@sha1:4f1a5b1051b469108d1bdf0ebec6c814427e3834',
  'Secret "deploy-token" not found',
  'oci://ghcr.io/org/app:v1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  Buffer.from('a text of some length without any secret').toString('base64'),
  'flux create source git podinfo --secret-ref flux-system',
])('%s stays as it is', (text) => {
  expect(maskText(text)).toBe(text);
});

test('what follows an argument that names a secret is hidden in a list of arguments', () => {
  const args = ['serve', '--token', 's3cr3tP4ss', '--port', '80', '--token-file', '/run/token'];
  expect(maskObject({ args })).toEqual({
    args: ['serve', '--token', '***', '--port', '80', '--token-file', '/run/token'],
  });
});

test('a text of nothing but schemes is masked in one pass', () => {
  expect(maskText(`${'aa://b:'.repeat(60_000)} https://ada:hunter22@git`)).toContain(' https://***@git');
});

test('a word of nothing but beginnings of a token is masked in one pass', () => {
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
  expect(maskText(`${'eyJ-'.repeat(100_000)} session-${token} ${token}`)).toMatch(/^[eyJ-]+ \*\*\* \*\*\*$/);
});
