import type { KubeObject } from '../../server/kube/object.ts';
import { digestOf } from './invent.ts';
import { fluxFinalizer, metadataOf, suspendOf } from './metadata.ts';
import { sourceStatus, sourceVersion, storage } from './source-status.ts';
import type { SourceCommon } from './source-status.ts';
import type { Before } from './time.ts';

export interface BucketInput extends SourceCommon {
  bucket: string;
  endpoint: string;
  provider?: 'generic' | 'aws' | 'gcp' | 'azure';
}

/** The revision a bucket of the company stands at. */
export function revisionOfBucket(input: Pick<BucketInput, 'bucket' | 'endpoint'>): string {
  return digestOf(`bucket ${input.endpoint}/${input.bucket}`);
}

export function bucket(before: Before, input: BucketInput): KubeObject {
  const { namespace, name } = input;
  const revision = revisionOfBucket(input);
  const stored = { reason: 'Succeeded', message: `stored artifact: revision '${revision}'` };
  const path = `bucket/${namespace}/${name}/${revision.slice('sha256:'.length)}.tar.gz`;
  return {
    apiVersion: sourceVersion,
    kind: 'Bucket',
    metadata: metadataOf(before, 'Bucket', input, fluxFinalizer),
    spec: {
      bucketName: input.bucket,
      endpoint: input.endpoint,
      interval: input.interval ?? '5m',
      provider: input.provider ?? 'generic',
      ...(input.secret === undefined ? {} : { secretRef: { name: input.secret } }),
      ...suspendOf(input),
      timeout: '60s',
    },
    status: sourceStatus(
      before,
      input,
      stored,
      { revision, path },
      {
        url: `${storage}bucket/${namespace}/${name}/latest.tar.gz`,
      },
    ),
  };
}
