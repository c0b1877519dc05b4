/** Why the page is not answered. */
export type QuestionErrorCode = 'question-invalid' // not what the page's own scripts ask

/** A question that cannot be answered; the message says what is wrong with it. */
export class QuestionError extends Error {
  readonly code: QuestionErrorCode

  constructor(code: QuestionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'QuestionError'
    this.code = code
  }
}
