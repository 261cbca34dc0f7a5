import type { Credential, CredentialTable, Property } from './property';

/** What the editor gets of a property, besides its validator. */
export interface Default {
  value: unknown;
  /** Of a config node. */
  type?: string;
  required?: boolean;
}

/** A property's entry in `defaults`. */
export function defaultOf(property: Property): Default {
  const { value } = property;
  if (property.kind === 'node') return { value, type: property.type, required: property.required };
  return isRequired(property) && !property.when ? { value, required: true } : { value };
}

function isRequired(property: Property): boolean {
  return property.kind === 'url' || (property.kind === 'text' && property.required === true);
}

/** Whether a property's entry in `defaults` has a validator. */
export function isChecked(property: Property): boolean {
  switch (property.kind) {
    case 'text':
      return property.required === true || property.asked === true || property.parameter !== undefined;
    case 'list':
      return property.asked === true;
    default:
      return ['url', 'number', 'typed', 'json', 'operation', 'params'].includes(property.kind);
  }
}

/** A credential's entry in `credentials`. Whether one is needed that does not always apply, its validator says. */
export function credentialOf({ field, when }: Credential): { type: Credential['field']; required?: boolean } {
  return when ? { type: field } : { type: field, required: true };
}

/** What Node-RED's runtime wants to know of credentials. */
export function credentialFields(table: CredentialTable): Record<string, { type: Credential['field'] }> {
  return Object.fromEntries(Object.entries(table).map(([name, { field }]) => [name, { type: field }]));
}
