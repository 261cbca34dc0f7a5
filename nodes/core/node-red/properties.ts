import { NOT_CHOSEN, type NumberProperty, type Property, type PropertyTable, UNITS } from '../property/property';
import {
  booleanSetting,
  choiceSetting,
  headerSetting,
  listSetting,
  numberSetting,
  type Properties,
  secretSetting,
  textSetting,
  urlSetting,
} from './settings';
import { type TypedValue, typedParams, typedProperty } from './typed-values';

/** What the runtime makes of a row. */
type ValueOf<Row> = Row extends { kind: 'number' }
  ? number
  : Row extends { kind: 'choice'; choices: readonly (infer Choice)[] }
    ? Choice
    : Row extends { kind: 'flag' }
      ? boolean
      : Row extends { kind: 'list' }
        ? string[]
        : Row extends { kind: 'typed' }
          ? TypedValue
          : Row extends { kind: 'params' }
            ? Record<string, TypedValue>
            : Row extends { kind: 'json' }
              ? unknown
              : string;

/** What stands in a flow for the editor alone, or is read with its neighbour. */
const UNREAD = ['label', 'version', 'type'] as const;

type Unread = { kind: (typeof UNREAD)[number] };

/** The properties of a node as its code takes them: numbers in milliseconds, bytes or pieces. */
export type ReadProperties<Table extends PropertyTable> = {
  [Name in keyof Table as Table[Name] extends Unread ? never : Name]: ValueOf<Table[Name]>;
};

/**
 * Reads and checks what a flow or an unsaved dialog holds.
 *
 * @throws PlatformError INVALID_CONFIGURATION naming the property
 */
export function readProperties<Table extends PropertyTable>(
  table: Table,
  properties: Properties,
): ReadProperties<Table> {
  const read: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(table)) {
    if (UNREAD.some((kind) => kind === property.kind)) continue;
    const applies = Object.entries(property.when ?? {}).every(([other, wanted]) => read[other] === wanted);
    read[name] = applies ? readOne(table, property, properties, name) : nothingOf(property);
  }
  return read as ReadProperties<Table>;
}

function readOne(table: PropertyTable, property: Property, properties: Properties, name: string): unknown {
  switch (property.kind) {
    case 'text':
      if (property.header) return headerSetting(properties, name);
      return textSetting(properties, name, property.required === true) || (property.empty ?? property.value);
    case 'operation': {
      const id = textSetting(properties, name, false);
      return id === NOT_CHOSEN ? '' : id;
    }
    case 'secret':
      return secretSetting(properties, name);
    case 'url':
      return urlSetting(properties, name, property.schemes);
    case 'number':
      return numberOf(property, properties, name);
    case 'choice':
      return choiceSetting(properties, name, property.choices);
    case 'flag':
      return booleanSetting(properties, name);
    case 'list':
      return listSetting(properties, name);
    case 'typed':
      return typedProperty(properties, name, String(table[`${name}Type`]?.value ?? 'str'));
    case 'params':
      return typedParams(properties[name]);
    case 'node':
      return typeof properties[name] === 'string' ? properties[name] : '';
    // `json`: the node itself knows what to make of it.
    default:
      return properties[name];
  }
}

function numberOf({ value, min, max, unit }: NumberProperty, properties: Properties, name: string): number {
  return numberSetting(properties, name, { fallback: value, min, max }) * UNITS[unit];
}

/** What a property is while it does not apply. */
function nothingOf(property: Property): unknown {
  if (property.kind === 'choice') return property.choices[0];
  return property.kind === 'json' ? undefined : '';
}
