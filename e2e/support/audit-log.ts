import { readFileSync } from 'node:fs';

/** One answered request in the API server's audit log. */
export interface AuditedRequest {
  verb: string;
  requestURI: string;
  user: string;
  userAgent: string;
  impersonated: { username?: string; groups?: string[] } | undefined;
  code: number | undefined;
  at: Date;
}

interface AuditEvent {
  stage: string;
  verb: string;
  requestURI: string;
  user: { username: string };
  userAgent?: string;
  impersonatedUser?: { username?: string; groups?: string[] };
  responseStatus?: { code?: number };
  requestReceivedTimestamp: string;
}

/** Requests that Sluice has made since `since`, by the user agent it calls itself. */
export function sluiceRequests(auditLog: string, since: Date): AuditedRequest[] {
  return readFileSync(auditLog, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}') && line.includes('sluice'))
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter((event) => event.stage === 'ResponseComplete' || event.stage === 'ResponseStarted')
    .map((event) => ({
      verb: event.verb,
      requestURI: event.requestURI,
      user: event.user.username,
      userAgent: event.userAgent ?? '',
      impersonated: event.impersonatedUser,
      code: event.responseStatus?.code,
      at: new Date(event.requestReceivedTimestamp),
    }))
    .filter((request) => request.at >= since && request.userAgent.startsWith('sluice'));
}
