/** How the text is shown. */
export interface Look {
  /** Of the terminal; undefined where it goes to a file or a pipe, which gets neither bars nor line breaks of ours. */
  readonly columns: number | undefined
  readonly color: boolean
  /** Whether block characters can be shown. */
  readonly unicode: boolean
}
