/** Values of credential fields, by id of the node they belong to. */
export type Credentials = Record<string, Record<string, string>>;
