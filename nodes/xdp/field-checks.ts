import { isObject } from '../core/values/json';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A UUIDStr of the platform text. */
export function uuidProblem(value: unknown): string | undefined {
  return typeof value === 'string' && UUID.test(value) ? undefined : 'must be a UUID';
}

/** "An object containing lat and lng numbers of the device's position". */
export function positionProblem(value: unknown): string | undefined {
  const { lat, lng } = isObject(value) ? value : {};
  const valid = typeof lat === 'number' && Math.abs(lat) <= 90 && typeof lng === 'number' && Math.abs(lng) <= 180;
  return valid ? undefined : 'must hold the numbers "lat" (-90 to 90) and "lng" (-180 to 180)';
}
