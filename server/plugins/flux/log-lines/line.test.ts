import { expect, test } from 'vitest';
import { readLine } from './line.ts';

/** As controllers of Flux 2.9 write. */
const failed =
  '{"level":"error","ts":"2026-11-21T06:09:04.853Z","msg":"Reconciliation failed after 109.345026ms, next try in 5m0s","controller":"kustomization","controllerGroup":"kustomize.toolkit.fluxcd.io","controllerKind":"Kustomization","Kustomization":{"name":"apps","namespace":"flux-system"},"namespace":"flux-system","name":"apps","reconcileID":"2267e57c","revision":"main@sha1:4f1a5b1","error":"no matches for kind \\"ArtifactGenerator\\"\\n"}';
const applied =
  '{"level":"info","ts":"2026-11-21T06:09:27.640Z","msg":"server-side apply completed","controller":"kustomization","controllerGroup":"kustomize.toolkit.fluxcd.io","controllerKind":"Kustomization","Kustomization":{"name":"podinfo","namespace":"flux-system"},"namespace":"flux-system","name":"podinfo","reconcileID":"57690b2c","output":{"Deployment/default/podinfo":"configured","Service/default/podinfo":"unchanged","Secret/default/x":"unchanged"},"revision":"6.9.2@sha256:f62c03"}';
const dispatched =
  '{"level":"error","ts":"2026-11-21T05:31:13.362Z","logger":"event-server","msg":"failed to send notification","eventInvolvedObject":{"kind":"Kustomization","namespace":"flux-system","name":"apps","uid":"cc16","apiVersion":"kustomize.toolkit.fluxcd.io/v1","resourceVersion":"1084"},"alert":{"name":"all","namespace":"flux-system","providerName":"hook"},"error":"postMessage failed: context deadline exceeded"}';

test('a failed reconciliation: level, words, cause, object and revision', () => {
  expect(readLine(failed)).toMatchObject({
    level: 'error',
    message: 'Reconciliation failed after 109.345026ms, next try in 5m0s',
    error: 'no matches for kind "ArtifactGenerator"',
    object: { group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization', namespace: 'flux-system', name: 'apps' },
    facts: [{ label: 'revision', value: 'main@sha1:4f1a5b1' }],
    structured: true,
  });
});

test('what was applied: the changed by name, the others as a number', () => {
  expect(readLine(applied).facts[0]).toEqual({
    label: 'output',
    value: 'Deployment/default/podinfo configured, 2 unchanged',
  });
});

test('notification-controller names the object by its event', () => {
  expect(readLine(dispatched)).toMatchObject({
    logger: 'event-server',
    object: { group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization', namespace: 'flux-system', name: 'apps' },
  });
});

test('lines before any controller is at work have no object', () => {
  const line = readLine('{"level":"info","ts":"2026-11-21T05:26:18.184Z","logger":"setup","msg":"starting manager"}');
  expect(line).toMatchObject({ level: 'info', logger: 'setup', message: 'starting manager', object: undefined });
});

test('credentials are masked everywhere, also behind the escapes of JSON', () => {
  const clone = JSON.stringify({
    level: 'error',
    msg: "unable to clone 'https://user:s3cret@git.invalid/none.git'",
    error: 'body was {"password": "s3cret"}',
    token: 's3cret',
  });
  expect(JSON.stringify(readLine(clone))).not.toContain('s3cret');
  expect(JSON.stringify(readLine('connecting to postgres://app:s3cret@db/app'))).not.toContain('s3cret');
});

test('other programs: numbers for levels, klog, logfmt, plain words, colours', () => {
  expect(readLine('{"level":50,"msg":"no"}').level).toBe('error');
  expect(readLine('{"severity":"WARNING","message":"careful"}')).toMatchObject({
    level: 'warning',
    message: 'careful',
  });
  expect(readLine('E1121 05:26:18.184000 1 main.go:3] no').level).toBe('error');
  expect(readLine('time="2026-01-01" level=warning msg="careful"').level).toBe('warning');
  expect(readLine('2026-01-01 10:00:00 [ERROR] no').level).toBe('error');
  expect(readLine('\u001B[31mERROR\u001B[0m no').message).toBe('ERROR no');
  expect(readLine('information for you').level).toBeUndefined();
});

test('logfmt: level, words, error and facts; masked; prose with an equals sign stays prose', () => {
  const line = readLine(
    String.raw`time=2026-11-21T17:03:37Z level=error msg="payment \"refused\"" order=10 error="card expired" db=postgres://shop:s3cret@db/shop`,
  );
  expect(line).toMatchObject({
    level: 'error',
    message: 'payment "refused"',
    error: 'card expired',
    structured: true,
  });
  expect(line.facts[0]).toEqual({ label: 'order', value: '10' });
  expect(JSON.stringify(line)).not.toContain('s3cret');
  for (const text of ['a=1 b=2', 'it fails with level=error msg="no"', 'msg="open', 'level=info msg="a"b']) {
    expect(readLine(text)).toMatchObject({ structured: false, message: text });
  }
});

test('what only looks like JSON is shown as it is', () => {
  for (const text of ['{"level":"info"', '{not json}', '', '{}', '[1,2]', 'null']) {
    expect(readLine(text).raw).toBe(text);
  }
});
