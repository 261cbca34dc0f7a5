import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../../nodes/core/errors';
import type { Operation, Parameter } from '../../../../nodes/core/operation/operation';

/** An operation `putThing` with these parameters. */
export function operation(...params: Parameter[]): Operation {
  return { id: 'putThing', node: 'things', transport: 'http', method: 'PUT', path: '/things', params };
}

/** The error by which the work refuses a parameter of `putThing`. */
export function refusal(work: () => unknown): PlatformError {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof PlatformError);
    assert.equal(error.code, 'INVALID_PARAMETER');
    assert.equal(error.operation, 'putThing');
    return error;
  }
  return assert.fail('should have been refused');
}
