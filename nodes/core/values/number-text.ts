export interface Bounds {
  min?: number | undefined;
  max?: number | undefined;
}

/** The number that a text holds; undefined when it holds none, or one out of bounds. */
export function numberWithin(text: string, { min, max }: Bounds): number | undefined {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) return undefined;
  return (min !== undefined && number < min) || (max !== undefined && number > max) ? undefined : number;
}
