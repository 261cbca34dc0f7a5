/**
 * A list whose items are JSON text already, as an outbox keeps them: as the value of a parameter in the body they are sent
 * as they are, neither parsed nor written anew, digit for digit.
 */
export class WrittenItems {
  readonly texts: readonly string[];

  constructor(texts: readonly string[]) {
    this.texts = texts;
  }
}
