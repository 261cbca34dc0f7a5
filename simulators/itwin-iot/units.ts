/** A unit of a metric: `value in it = value in the metric's first unit × factor + shift`. */
export interface Unit {
  readonly id: string;
  readonly name: string;
  readonly notation: string;
  readonly factor: number;
  readonly shift: number;
}

/** Units by what they measure; the first is the one the others are converted from. */
export const UNITS = {
  temperature: [
    unit('C', 'celsius', '°C'),
    unit('K', 'kelvin', '°K', 1, 273.15),
    unit('F', 'fahrenheit', '°F', 1.8, 32),
  ],
  /** A difference has no zero to shift. */
  temperatureDifference: [unit('C', 'celsius', '°C'), unit('K', 'kelvin', '°K'), unit('F', 'fahrenheit', '°F', 1.8)],
  ratio: [unit('%', 'percent', '%'), unit('ratio', 'ratio', '1', 0.01)],
  pressure: [
    unit('Pa', 'pascal', 'Pa'),
    unit('kPa', 'kilopascal', 'kPa', 0.001),
    unit('psi', 'pound per square inch', 'psi', 1 / 6894.757293168),
  ],
  length: [unit('m', 'meter', 'm'), unit('mm', 'millimeter', 'mm', 1000), unit('in', 'inch', 'in', 1 / 0.0254)],
  frequency: [unit('Hz', 'hertz', 'Hz'), unit('kHz', 'kilohertz', 'kHz', 0.001)],
} satisfies Record<string, readonly Unit[]>;

/** A unit only its own sensor knows, as `UNKNOWN_UNITS` names them: nothing converts to it. */
export function unknownUnit(id: string): Unit {
  return unit(id, id, id);
}

/** The value in another unit of the same metric; digit for digit the same when the unit is. */
export function convert(value: number, from: Unit, to: Unit): number {
  return from === to ? value : ((value - from.shift) / from.factor) * to.factor + to.shift;
}

function unit(id: string, name: string, notation: string, factor = 1, shift = 0): Unit {
  return { id, name, notation, factor, shift };
}
