import type { LookUp } from './operation-texts';

/** A failure in two parts: what it means, in the reader's language where we know, and what was said. */
export interface ErrorText {
  summary: string;
  detail: string;
}

interface Failure {
  code: string | undefined;
  message: string;
  /** HTTP status of an answer that our routes did not give: the session has ended, Node-RED is away. */
  status?: number;
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/;

export function errorText(lookUp: LookUp, { code, message, status }: Failure): ErrorText {
  const known = code && (lookUp(`common.errors.${code}`) ?? (CERTIFICATE.test(code) && lookUp('common.errors.TLS')));
  if (known) return { summary: known, detail: message };
  if (code !== undefined) return { summary: message || code, detail: message ? code : '' };
  const key = status === 0 ? 'offline' : status === 401 || status === 403 ? 'notAllowed' : 'unexpected';
  return { summary: lookUp(`common.errors.${key}`) ?? key, detail: status ? `HTTP ${status}` : '' };
}
