/** A mark of a text: `bold`, `italic`, `strike`, `code` or `link`. */
export interface RichTextMark {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
}

/** A node of a document, in the form of ProseMirror's JSON. */
export interface RichTextNode {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly RichTextNode[];
  readonly marks?: readonly RichTextMark[];
  readonly text?: string;
}

/** A whole document. */
export interface RichTextDocument extends RichTextNode {
  readonly type: 'doc';
  readonly content: readonly RichTextNode[];
}
