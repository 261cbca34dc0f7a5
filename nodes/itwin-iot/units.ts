/** Units of the platform text that RFC 8428 §12.1 or RFC 8798 have, by the platform's id. */
const SENML_UNITS: Readonly<Record<string, string>> = {
  C: 'Cel',
  celsius: 'Cel',
  K: 'K',
  kelvin: 'K',
  m: 'm',
  meter: 'm',
  mm: 'mm',
  millimeter: 'mm',
  Pa: 'Pa',
  Hz: 'Hz',
};

/** The SenML unit of a unit id; undefined when there is none. */
export function senmlUnit(unit: unknown): string | undefined {
  return typeof unit === 'string' && Object.hasOwn(SENML_UNITS, unit) ? SENML_UNITS[unit] : undefined;
}
