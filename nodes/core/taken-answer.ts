import { answerData, type HttpAnswer } from './http-answer';
import { isHtml } from './http-errors';

/**
 * The data of an answer to what a platform has taken. That must not count as failed, and be sent again for ever, because
 * the reply is called JSON and is none; a web page is somebody else's reply.
 *
 * @throws PlatformError INVALID_RESPONSE for a web page
 */
export function takenData(answer: HttpAnswer, operation: string): unknown {
  if (isHtml(answer.headers)) return answerData(answer, operation);
  try {
    return answerData(answer, operation);
  } catch {
    return answer.body;
  }
}
