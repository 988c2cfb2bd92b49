import { expect, test } from 'vitest';
import { hideShort } from './hide-short.ts';

const { object, words } = hideShort(['ada', '4711', 'a+b', 'true', '1', 'long enough']);

test('short values are hidden where a container or a ConfigMap is given nothing else', () => {
  const container = {
    name: 'ada',
    image: 'ada:4711',
    args: ['--user=ada', '--pin', '4711', '--verbose=true', 'canada'],
    env: [
      { name: 'USER', value: 'ada' },
      { name: 'PIN', value: '4711' },
      { name: 'ON', value: 'true' },
      { name: 'COUNT', value: '1' },
      { name: 'REF', valueFrom: { fieldRef: { fieldPath: 'ada' } } },
    ],
  };
  const deployment = {
    kind: 'Deployment',
    metadata: { name: 'ada', labels: { app: 'ada' } },
    spec: { template: { spec: { containers: [container] } } },
  };
  expect(object(deployment)).toEqual({
    ...deployment,
    spec: {
      template: {
        spec: {
          containers: [
            {
              ...container,
              args: ['--user=***', '--pin', '***', '--verbose=true', 'canada'],
              env: [
                { name: 'USER', value: '***' },
                { name: 'PIN', value: '***' },
                { name: 'ON', value: 'true' },
                { name: 'COUNT', value: '1' },
                { name: 'REF', valueFrom: { fieldRef: { fieldPath: 'ada' } } },
              ],
            },
          ],
        },
      },
    },
  });
});

test('of a ConfigMap whole entries and whole values of lines are hidden', () => {
  const data = {
    user: 'ada',
    app: 'user: ada\npin = "4711"\nsum: a+b\n"who": "ada",\nport: 14711\nname: ada lovelace\n',
    on: 'true',
  };
  const configMap = { kind: 'ConfigMap', metadata: { name: 'ada' }, data };
  expect(object(configMap)).toEqual({
    ...configMap,
    data: {
      user: '***',
      app: 'user: ***\npin = "***"\nsum: ***\n"who": "***",\nport: 14711\nname: ada lovelace\n',
      on: 'true',
    },
  });
});

test('in notes words are hidden, and no parts of words', () => {
  expect(words('Sign in as ada with 4711 in Canada at http://ada.example.com:14711, it is true.')).toBe(
    'Sign in as *** with *** in Canada at http://***.example.com:14711, it is true.',
  );
});
