/** Documents of rich text, shared by the browser and the server. What a document may contain: see docs/adr/0059-rich-text.md. */
export { isSafeHref, SAFE_SCHEMES } from './safe-href.js';
export { mentionedIn, plainText } from './plain-text.js';
export type { RichTextDocument, RichTextMark, RichTextNode } from './rich-text.types.js';
