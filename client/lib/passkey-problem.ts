/** Why no passkey came of a prompt of the browser: nothing was sent, so that the server refused nothing. */
export type PasskeyProblemCode = 'NOT_USED' | 'THERE_ALREADY' | 'NOT_POSSIBLE';

export class PasskeyProblem extends Error {
  override name = 'PasskeyProblem';
  readonly code: PasskeyProblemCode;

  constructor(code: PasskeyProblemCode) {
    super(code);
    this.code = code;
  }
}
