import { isObject } from '../core/values/json';

/** What one of our admin routes answered. */
export type AdminAnswer =
  | { ok: true; body: unknown }
  | { ok: false; status: number; code: string | undefined; message: string };

/** A request to this Node-RED. The URL is relative; the editor adds its root and the user's token. */
export function adminRequest(url: string, body?: object): Promise<AdminAnswer> {
  const request = $.ajax({
    url,
    dataType: 'json',
    ...(body && { method: 'POST', contentType: 'application/json', data: JSON.stringify(body) }),
  });
  return new Promise((resolve) => {
    request.then(
      (answer: unknown) => resolve({ ok: true, body: answer }),
      (failed: JQuery.jqXHR) => {
        const { code, message } = isObject(failed.responseJSON) ? failed.responseJSON : {};
        resolve({
          ok: false,
          status: failed.status,
          code: typeof code === 'string' ? code : undefined,
          message: typeof message === 'string' ? message : '',
        });
      },
    );
  });
}
