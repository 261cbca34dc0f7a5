import { type Answer, HttpError } from '../core/http-answer';

/** A refusal with a body of its own. */
export class RestError extends HttpError {
  readonly body: object;

  constructor(status: number, body: object, message: string) {
    super(status, message);
    this.body = body;
  }
}

/** The text's one error shape: `{"error": {"code", "message"}}`. */
export function codedError(status: number, code: string, message: string): RestError {
  return new RestError(status, { error: { code, message } }, message);
}

/** The other: `{"errors": [{"message", "path"}]}`, of what is wrong with a field or a header. */
export function fieldError(status: number, message: string, path: string): RestError {
  return new RestError(status, { errors: [{ message, path }] }, message);
}

/** Codes for refusals the text does not show, as far as the newer API has a word for them (docs/platforms.md). */
const CODES: Readonly<Record<number, string>> = {
  400: 'InvalidRequest',
  404: 'ResourceNotFound',
  405: 'MethodNotAllowed',
  413: 'PayloadTooLarge',
  415: 'UnsupportedMediaType',
};

/** A refusal as REST writes it. */
export function refusal(error: HttpError): Answer {
  const { status, headers, message } = error;
  const body = error instanceof RestError ? error.body : { error: { code: CODES[status] ?? 'Error', message } };
  return { ...jsonAnswer(status, body), headers };
}

export function jsonAnswer(status: number, body: unknown): Answer {
  return { status, body: JSON.stringify(body), type: 'application/json' };
}
