/** What a template rendered. */
export interface Rendered {
  readonly template: string
  readonly text: string
}
